/** The client: typed requests, turns that survive a reconnect, and every frame to its listeners. */

import { checkSize, Connection, type ConnectionOptions, type ConnectionState } from "./connection.js";
import { ConnectionLost, NotFound, type ThreadcastError, TimedOut } from "./errors.js";
import type { AnyFrame } from "./fold.js";
import { type Metric, MetricReply } from "./metric-reply.js";
import type { ChatPayload, PostPayload } from "./protocol.js";
import { type Page, Requests } from "./requests.js";
import type { ListRoute, PayloadOf, Replies } from "./routes.js";
import { errorOf, type Exchange, hasEnded, isGatewayFrame, Turn } from "./turn.js";

export interface ClientOptions extends ConnectionOptions {
  /** How long a request waits for its first frame, reconnects included, and for each further frame of rows; 60 s. */
  timeoutMs?: number;
}

const FOLLOW_CHECK_MS = 5000;

export class Threadcast extends Requests {
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  /** What waits for frames, each with the timer that ends its wait for the first one. */
  readonly #exchanges = new Map<Exchange, ReturnType<typeof setTimeout> | undefined>();
  readonly #onFrame = new Set<(frame: AnyFrame) => void>();
  readonly #onReconnect = new Set<() => void>();
  readonly #onState = new Set<() => void>();
  #wasOpen = false;

  constructor(options: ClientOptions) {
    super();
    this.#timeoutMs = options.timeoutMs ?? 60_000;
    this.#connection = new Connection(options, {
      frame: (frame) => this.#received(frame),
      opened: () => this.#opened(),
      failed: (error) => this.#failAll(error),
      isBusy: () => this.#exchanges.size > 0,
      changed: () => {
        for (const listener of this.#onState) listener();
      },
    });
  }

  /** Connect before the first request does; frames of the user's other devices arrive from then on. */
  open(): void {
    this.#connection.open();
  }

  /** Close the connection. Requests without an answer reject; running turns go on at the server. */
  close(): void {
    this.#connection.close();
    this.#wasOpen = false;
    this.#failAll(new ConnectionLost(1000, "closed by the client"));
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Call `listener` with every frame; return a function that ends that. */
  onFrame(listener: (frame: AnyFrame) => void): () => void {
    this.#onFrame.add(listener);
    return () => this.#onFrame.delete(listener);
  }

  /** Call `listener` after each reconnect: frames may have been missed. */
  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener);
    return () => this.#onReconnect.delete(listener);
  }

  /** What the connection is doing; `onState` calls its listener after each change. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  onState(listener: () => void): () => void {
    this.#onState.add(listener);
    return () => this.#onState.delete(listener);
  }

  override async request<Route extends keyof Replies>(
    route: Route,
    payload: PayloadOf<Route>,
    requestId?: string,
  ): Promise<Replies[Route]> {
    return (await this.#answer(route, payload, requestId)).payload as Replies[Route];
  }

  override async page<Route extends ListRoute>(route: Route, payload: PayloadOf<Route>): Promise<Page<Route>> {
    const frame = await this.#answer(route, payload);
    const nextCursor = (frame["next_cursor"] as string | null | undefined) ?? null;
    return { items: frame.payload as Replies[Route], nextCursor };
  }

  /** Return a metric with its rows, which arrive in several frames. */
  async getMetric(id: string): Promise<Metric> {
    const requestId = newId();
    const body = message("/metrics/get", { id }, requestId);
    return new Promise((resolve, reject) => {
      this.#start(new MetricReply(body, requestId, resolve, reject), "/metrics/get");
    });
  }

  /** Open a turn. Sending it again with the same `requestId` opens no second one. */
  post(payload: PostPayload, requestId: string = newId()): Turn {
    const body = message("/chats/post", payload, requestId);
    const turn = new Turn(body, requestId);
    this.#start(turn, "/chats/post");
    return turn;
  }

  /** Receive the frames of a turn that runs already, from a snapshot on. */
  follow(chatId: string, messageId: string): Turn {
    const turn = new Turn(null, null, chatId, messageId);
    let hasFrames = false;
    const check = (): void => {
      if (hasFrames || !this.#exchanges.has(turn)) return;
      void this.#catchUp(turn);
      setTimeout(check, FOLLOW_CHECK_MS);
    };
    const stopListening = this.onFrame((frame) => {
      if (!turn.accepts(frame)) return;
      hasFrames = true;
      stopListening();
    });
    void turn.result.catch(() => {}).then(stopListening);
    this.#exchanges.set(turn, undefined);
    this.#connection.open();
    setTimeout(check, FOLLOW_CHECK_MS);
    return turn;
  }

  /** Stop receiving the frames of a turn, which goes on at the server. */
  detach(turn: Turn): void {
    this.#remove(turn);
  }

  async #answer(route: string, payload: object, requestId: string = newId()): Promise<AnyFrame> {
    const body = message(route, payload, requestId);
    return new Promise((resolve, reject) => {
      this.#start(new Reply(body, requestId, resolve, reject), route);
    });
  }

  #start(exchange: Exchange, route: string): void {
    this.#limit(exchange, route);
    if (!this.#connection.send(exchange.body!)) this.#connection.open();
  }

  /** End the wait for the next frame of an exchange in time. */
  #limit(exchange: Exchange, route: string): void {
    clearTimeout(this.#exchanges.get(exchange));
    const timer = setTimeout(() => {
      this.#remove(exchange);
      exchange.fail(new TimedOut(route, this.#timeoutMs));
    }, this.#timeoutMs);
    this.#exchanges.set(exchange, timer);
  }

  #remove(exchange: Exchange): void {
    clearTimeout(this.#exchanges.get(exchange));
    this.#exchanges.delete(exchange);
  }

  #received(frame: AnyFrame): void {
    for (const [exchange, timer] of this.#exchanges) {
      if (!exchange.accepts(frame)) continue;
      clearTimeout(timer);
      if (exchange.receive(frame)) this.#exchanges.delete(exchange);
      else if (exchange instanceof MetricReply) this.#limit(exchange, "/metrics/get");
    }
    if (isAnonymousError(frame)) this.#failOldest(errorOf(frame)!);
    for (const listener of this.#onFrame) listener(frame);
  }

  /** An error that names no request belongs to a request without any frame: to the oldest one. */
  #failOldest(error: ThreadcastError): void {
    const oldest = [...this.#exchanges.keys()].find((exchange) => !exchange.isStarted);
    if (oldest === undefined) return;
    this.#remove(oldest);
    oldest.fail(error);
  }

  #opened(): void {
    for (const exchange of [...this.#exchanges.keys()]) {
      if (exchange instanceof Turn && exchange.isStarted) void this.#catchUp(exchange);
      else this.#connection.send(exchange.body!);
    }
    if (this.#wasOpen) for (const listener of this.#onReconnect) listener();
    this.#wasOpen = true;
  }

  /** End a turn whose end was missed. One that still runs is caught up by the server. */
  async #catchUp(turn: Turn): Promise<void> {
    try {
      const frame = await this.#answer("/chats/get", { id: turn.chatId! });
      if (!hasEnded(frame.payload as ChatPayload, turn.messageId)) return;
      this.#remove(turn);
      turn.endWith(frame);
    } catch (error) {
      if (!(error instanceof NotFound)) return; // the next reconnect asks again
      this.#remove(turn);
      turn.fail(error);
    }
  }

  #failAll(error: ThreadcastError): void {
    for (const exchange of [...this.#exchanges.keys()]) {
      this.#remove(exchange);
      exchange.fail(error);
    }
  }
}

class Reply implements Exchange {
  isStarted = false;

  constructor(
    readonly body: string,
    private readonly requestId: string,
    private readonly resolve: (frame: AnyFrame) => void,
    readonly fail: (error: ThreadcastError) => void,
  ) {}

  accepts(frame: AnyFrame): boolean {
    return frame["request_id"] === this.requestId;
  }

  receive(frame: AnyFrame): boolean {
    this.isStarted = true;
    const error = errorOf(frame);
    if (error === null) this.resolve(frame);
    else this.fail(error);
    return true;
  }
}

function isAnonymousError(frame: AnyFrame): boolean {
  return isGatewayFrame(frame) || (frame.event === "error" && frame["request_id"] === undefined);
}

function message(route: string, payload: object, request_id: string): string {
  return checkSize(JSON.stringify({ route, payload, request_id }));
}

function newId(): string {
  return crypto.randomUUID();
}
