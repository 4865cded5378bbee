/** One turn of a chat: its frames as they arrive, and the chat at its end. */

import { type RequestFailed, requestError, type ThreadcastError } from "./errors.js";
import type { AnyFrame } from "./fold.js";
import type { ChatPayload, ErrorBody } from "./protocol.js";

/** What waits for frames: a turn, or a request with one answer. */
export interface Exchange {
  /** The message to send, again after a reconnect while nothing has arrived; null for a followed turn. */
  readonly body: string | null;
  /** Whether a frame has arrived. */
  readonly isStarted: boolean;
  accepts(frame: AnyFrame): boolean;
  /** Take a frame; return whether it was the last one. */
  receive(frame: AnyFrame): boolean;
  fail(error: ThreadcastError): void;
}

/** A turn: iterate over its frames, once, or await `result`. An error frame is thrown, not iterated over. */
export class Turn implements Exchange, AsyncIterable<AnyFrame> {
  /** The chat in its final state. Rejects with `RequestFailed`, `TimedOut` or `ConnectionLost`. */
  readonly result: Promise<ChatPayload>;
  isStarted: boolean;

  #settle!: { resolve(chat: ChatPayload): void; reject(error: unknown): void };
  #frames: AnyFrame[] = [];
  #isOver = false;
  #hasSnapshot = false;
  #error: ThreadcastError | null = null;
  #wake: () => void = () => {};

  /** A turn of one's own has a request id, a followed turn has the ids of its chat and message. */
  constructor(
    readonly body: string | null,
    readonly requestId: string | null,
    public chatId: string | null = null,
    public messageId: string | null = null,
  ) {
    this.isStarted = body === null;
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.result.catch(() => {});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  accepts(frame: AnyFrame): boolean {
    if (this.requestId !== null) return frame["request_id"] === this.requestId;
    const ids = idsOf(frame);
    if (ids.chatId !== this.chatId || (frame["error"] && frame.event !== "postThread")) return false;
    if (isSnapshot(frame)) return frame.event !== "getChat";
    // A chunk before the snapshot continues a text whose beginning this turn has not received.
    return ids.messageId === this.messageId && (this.#hasSnapshot || frame.event === "postThread");
  }

  receive(frame: AnyFrame): boolean {
    this.isStarted = true;
    const error = errorOf(frame);
    if (error !== null) {
      this.fail(error);
      return true;
    }
    this.#hasSnapshot ||= isSnapshot(frame);
    const ids = idsOf(frame);
    this.chatId ??= ids.chatId;
    this.messageId ??= ids.messageId;
    if (frame.event === "complete" || (this.requestId === null && this.#hasEnded(frame))) {
      this.endWith(frame);
      return true;
    }
    this.#push(frame);
    return false;
  }

  /** Take a frame with the chat as the last one: `complete`, or a get that shows that the turn has ended. */
  endWith(frame: AnyFrame): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#push(frame);
    this.#settle.resolve(frame.payload as ChatPayload);
  }

  fail(error: ThreadcastError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.#settle.reject(error);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnyFrame, void, undefined> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) {
        yield frame;
      } else if (this.#error !== null) {
        throw this.#error;
      } else if (this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  #push(frame: AnyFrame): void {
    this.#frames.push(frame);
    this.#wake();
  }

  /** Whether a snapshot shows that the followed message was completed or replaced. */
  #hasEnded(frame: AnyFrame): boolean {
    return isSnapshot(frame) && hasEnded(frame.payload as ChatPayload, this.messageId);
  }
}

export function hasEnded(chat: ChatPayload, messageId: string | null): boolean {
  return chat.messages[messageId ?? ""]?.is_completed ?? true;
}

/** Return the error of an error frame, or of a frame of API Gateway itself; null for any other frame. */
export function errorOf(frame: AnyFrame): RequestFailed | null {
  const error = frame["error"] as ErrorBody | null | undefined;
  if (error) return requestError(error);
  return isGatewayFrame(frame) ? requestError({ code: null as never, message: String(frame["message"]) }) : null;
}

/** Whether API Gateway itself sent this frame: a time-out, a crash or throttling. It names no request. */
export function isGatewayFrame(frame: AnyFrame): boolean {
  return frame.event === undefined && "message" in frame;
}

export function isSnapshot(frame: AnyFrame): boolean {
  return (
    (frame.event === "initializeChat" || frame.event === "complete" || frame.event === "getChat") &&
    Boolean(frame.payload)
  );
}

/** Return the chat and the message that a frame is about: of a snapshot, the newest message. */
export function idsOf(frame: AnyFrame): { chatId: string | null; messageId: string | null } {
  const body = (frame.payload ?? frame["error"] ?? {}) as Record<string, unknown>;
  if (isSnapshot(frame)) {
    const chat = frame.payload as ChatPayload;
    return { chatId: chat.id, messageId: chat.message_ids.at(-1) ?? null };
  }
  return {
    chatId: (body["chat_id"] as string | undefined) ?? null,
    messageId: (body["message_id"] as string | undefined) ?? null,
  };
}
