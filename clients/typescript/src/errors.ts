/** Every error that the client raises: a tree whose root is `ThreadcastError`. */

import type { ErrorBody, ErrorCode } from "./protocol.js";

/** The base class of all errors of this package. */
export class ThreadcastError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** There is no open socket, and the attempts to open one have ended. */
export class ConnectionLost extends ThreadcastError {
  /** `code` is the last close code: 1006 without a close frame, as browsers report a refused handshake too. */
  constructor(readonly code: number, readonly reason: string = "") {
    super(`the connection is closed (${code}): ${reason || "no reason given"}`);
  }
}

/** A request was not answered in time. */
export class TimedOut extends ThreadcastError {
  constructor(readonly route: string, readonly timeoutMs: number) {
    super(`no answer to ${route} within ${timeoutMs} ms`);
  }
}

/** The request is longer than API Gateway accepts in one frame (32 KB); browsers cannot split a message. */
export class RequestTooLarge extends ThreadcastError {
  constructor(readonly bytes: number) {
    super(`the request has ${bytes} bytes, more than API Gateway accepts in one frame`);
  }
}

/** The request ended with an error frame. Its message is safe to show to a user. */
export class RequestFailed extends ThreadcastError {
  /** `code` is null for an error of API Gateway itself: a time-out, a crash, or throttling. */
  constructor(readonly code: ErrorCode | null, message: string, readonly error: ErrorBody | null = null) {
    super(message);
  }

  get chatId(): string | null {
    return this.error?.chat_id ?? null;
  }

  get messageId(): string | null {
    return this.error?.message_id ?? null;
  }

  /** The id that the server's log has too. */
  get referenceId(): string | null {
    return this.error?.reference_id ?? null;
  }
}

export class BadRequest extends RequestFailed {}
/** The user can see the object but cannot change it. */
export class Unauthorized extends RequestFailed {}
/** The object does not exist, or the user cannot see it. */
export class NotFound extends RequestFailed {}
/** Another turn of the chat is running. */
export class Conflict extends RequestFailed {}
export class InternalServerError extends RequestFailed {}

/** A quota is exhausted: send the same request again after `retryAfterMs`. */
export class TooManyRequests extends RequestFailed {
  get retryAfterMs(): number | null {
    const seconds = this.error?.retry_after_s;
    return seconds === undefined ? null : seconds * 1000;
  }
}

const CLASSES: Record<ErrorCode, typeof RequestFailed> = {
  BAD_REQUEST: BadRequest,
  UNAUTHORIZED: Unauthorized,
  NOT_FOUND: NotFound,
  CONFLICT: Conflict,
  TOO_MANY_REQUESTS: TooManyRequests,
  INTERNAL_SERVER_ERROR: InternalServerError,
};

/** Return the error of an error frame; a code that this version does not know gives a plain `RequestFailed`. */
export function requestError(error: ErrorBody): RequestFailed {
  return new (CLASSES[error.code] ?? RequestFailed)(error.code, error.message, error);
}
