/** One WebSocket, opened again whenever it closes, and replaced before API Gateway ends it. */

import { ConnectionLost, RequestTooLarge } from "./errors.js";
import type { AnyFrame } from "./fold.js";

export interface ConnectionOptions {
  /** The endpoint: `wss://…/{stage}`. */
  url: string;
  /** The token, or a function that returns a current one for each handshake. */
  token?: string | (() => string | Promise<string>);
  /** Where the token stands: in the subprotocol (the default; not logged as a part of the URL) or in the query. */
  tokenIn?: "subprotocol" | "query";
  /** The WebSocket class; by default the global one. */
  WebSocket?: typeof WebSocket;
  /** Failed handshakes in a row after which requests fail with `ConnectionLost`; 8, about two minutes. */
  maxAttempts?: number;
  /** Time without traffic after which a heartbeat is sent; 5 min. API Gateway closes after 10. */
  heartbeatMs?: number;
  /** Age at which a socket is replaced; 110 min. API Gateway closes after 120. */
  maxAgeMs?: number;
}

/** What the connection is doing, for people. `retryAt` is the time of the next attempt, in epoch milliseconds. */
export interface ConnectionState {
  readonly status: "closed" | "connecting" | "open";
  readonly retryAt: number | null;
}

export interface ConnectionEvents {
  /** A frame arrived on the current socket. */
  frame(frame: AnyFrame): void;
  /** A socket opened, the first or a later one: what was sent on the former one may be lost. */
  opened(): void;
  /** No socket could be opened; `open` starts again. */
  failed(error: ConnectionLost): void;
  /** Whether a turn is running, so that replacing the socket can wait. */
  isBusy(): boolean;
  /** `state` has another value. */
  changed(): void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ANSWER_MS = 30 * SECOND;
/** The latest age at which a socket is replaced even if a turn is running. */
const GRACE_MS = 8 * MINUTE;
/** API Gateway's quota for one frame from a client. */
const MAX_FRAME_BYTES = 32 * 1024;
const NORMAL = 1000;
const ABNORMAL = 1006;
const INVALID_PAYLOAD = 1007;

type TimerName = "retry" | "handshake" | "heartbeat" | "age";

/** An unknown route costs nothing but its answer, which shows that the connection works. */
const HEARTBEAT = JSON.stringify({ route: "/ping", request_id: "ping", payload: {} });

export class Connection {
  #socket: WebSocket | null = null;
  #next: WebSocket | null = null;
  #state: ConnectionState["status"] = "closed";
  #retryAt: number | null = null;
  #attempts = 0;
  #epoch = 0;
  #receivedAt = 0;
  #trafficAt = 0;
  #timers: Partial<Record<TimerName, ReturnType<typeof setTimeout>>> = {};

  constructor(
    private readonly options: ConnectionOptions,
    private readonly events: ConnectionEvents,
  ) {}

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get state(): ConnectionState {
    return { status: this.#state, retryAt: this.#retryAt };
  }

  /** Begin to connect; do nothing if that has begun. */
  open(): void {
    if (this.#state !== "closed") return;
    this.#attempts = 0;
    this.#become("connecting");
    void this.#connect();
  }

  /** Send a message if a socket is open; return whether one is. */
  send(text: string): boolean {
    if (this.#state !== "open" || this.#socket === null) return false;
    this.#socket.send(text);
    this.#trafficAt = Date.now();
    return true;
  }

  /** Close the socket and stop connecting. */
  close(): void {
    this.#epoch += 1;
    this.#become("closed");
    for (const name of Object.keys(this.#timers) as TimerName[]) this.#cancel(name);
    const sockets = [this.#socket, this.#next];
    this.#socket = this.#next = null;
    for (const socket of sockets) socket?.close(NORMAL);
  }

  async #connect(): Promise<void> {
    const epoch = this.#epoch;
    let socket: WebSocket;
    try {
      const { token } = this.options;
      const current = typeof token === "function" ? await token() : token;
      if (epoch !== this.#epoch) return;
      socket = this.#newSocket(current);
    } catch (error) {
      if (epoch === this.#epoch) this.#retry(ABNORMAL, String(error));
      return;
    }
    this.#next = socket;
    this.#after("handshake", ANSWER_MS, () => this.#ended(socket, ABNORMAL, "the handshake took too long"));
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#received(socket, event.data);
    socket.onclose = (event) => this.#ended(socket, event.code, event.reason);
  }

  #newSocket(token: string | undefined): WebSocket {
    const Class = this.options.WebSocket ?? WebSocket;
    if (token === undefined) return new Class(this.options.url);
    if (this.options.tokenIn !== "query") return new Class(this.options.url, ["bearer", token]);
    const url = new URL(this.options.url);
    url.searchParams.set("authentication", token);
    return new Class(url.href);
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#next) return;
    this.#cancel("handshake");
    const former = this.#socket;
    this.#socket = socket;
    this.#next = null;
    this.#attempts = 0;
    this.#trafficAt = this.#receivedAt = Date.now();
    this.#watchTraffic();
    this.#replaceAfter(this.options.maxAgeMs ?? 110 * MINUTE, Date.now());
    former?.close(NORMAL);
    this.#become("open");
    this.events.opened();
  }

  #received(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#trafficAt = this.#receivedAt = Date.now();
    const frame = parsed(data);
    if (frame === null) this.#ended(socket, INVALID_PAYLOAD, "the server sent a message that is not a JSON object");
    else this.events.frame(frame);
  }

  #ended(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#next && socket !== this.#socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    if (socket === this.#next) {
      this.#cancel("handshake");
      this.#next = null;
      this.#retry(code, reason);
      return;
    }
    this.#socket = null;
    this.#become("connecting");
    this.#cancel("heartbeat");
    this.#cancel("age");
    if (this.#next === null) this.#retry(code, reason);
  }

  #retry(code: number, reason: string): void {
    this.#attempts += 1;
    if (this.#state === "connecting" && this.#attempts > (this.options.maxAttempts ?? 8)) {
      this.close();
      this.events.failed(new ConnectionLost(code, reason));
      return;
    }
    const longest = Math.min(MINUTE, SECOND * 2 ** (this.#attempts - 1));
    const delayMs = (longest * (1 + Math.random())) / 2;
    if (this.#state === "connecting") this.#become("connecting", Date.now() + delayMs);
    this.#after("retry", delayMs, () => void this.#connect());
  }

  #become(status: ConnectionState["status"], retryAt: number | null = null): void {
    this.#state = status;
    this.#retryAt = retryAt;
    this.events.changed();
  }

  #watchTraffic(): void {
    const heartbeatMs = this.options.heartbeatMs ?? 5 * MINUTE;
    const socket = this.#socket!;
    this.#after("heartbeat", this.#trafficAt + heartbeatMs - Date.now(), () => {
      if (Date.now() - this.#trafficAt < heartbeatMs) return this.#watchTraffic();
      const sentAt = Date.now();
      this.send(HEARTBEAT);
      this.#after("heartbeat", ANSWER_MS, () => {
        if (this.#receivedAt < sentAt) this.#ended(socket, ABNORMAL, "no answer to a heartbeat");
        else this.#watchTraffic();
      });
    });
  }

  #replaceAfter(delayMs: number, openedAt: number): void {
    const latest = (this.options.maxAgeMs ?? 110 * MINUTE) + GRACE_MS;
    this.#after("age", delayMs, () => {
      if (this.events.isBusy() && Date.now() - openedAt < latest) this.#replaceAfter(10 * SECOND, openedAt);
      else void this.#connect();
    });
  }

  #after(name: TimerName, delayMs: number, run: () => void): void {
    this.#cancel(name);
    this.#timers[name] = setTimeout(run, Math.max(0, delayMs));
  }

  #cancel(name: TimerName): void {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}

/** Raises `RequestTooLarge` for a message that does not fit into one frame. */
export function checkSize(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_FRAME_BYTES) throw new RequestTooLarge(bytes);
  return text;
}

/** Return the frame; null for what is not a JSON object. */
function parsed(data: unknown): AnyFrame | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && !Array.isArray(frame) ? (frame as AnyFrame | null) : null;
  } catch {
    return null;
  }
}
