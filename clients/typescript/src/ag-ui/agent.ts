/** An agent of AG-UI over a Threadcast connection. */

import { AbstractAgent, type AgentConfig, type BaseEvent, EventType, type RunAgentInput } from "@ag-ui/client";
import { Observable, type Subscriber } from "rxjs";

import type { Threadcast } from "../client.js";
import { RequestFailed } from "../errors.js";
import type { PostPayload } from "../protocol.js";
import { ChunkMapper } from "../streaming/chunks.js";
import type { Turn } from "../turn.js";
import { EventMapper, type ThreadcastState, toAgUiMessages } from "./events.js";

export interface ThreadcastAgentConfig extends AgentConfig {
  client: Threadcast;
  /** The chat to continue; without it, the first run opens a new one. */
  chatId?: string;
}

/**
 * `runAgent` posts the newest user's message; `forwardedProps: { asset_id, asset_type }` of a first run is the
 * asset, with or without a message. `connectAgent` brings the stored chat, and the rest of a running answer.
 */
export class ThreadcastAgent extends AbstractAgent {
  readonly #client: Threadcast;
  #chatId: string | null;
  #turn: Turn | null = null;

  constructor({ client, chatId, ...config }: ThreadcastAgentConfig) {
    super(config);
    this.#client = client;
    this.#chatId = chatId ?? null;
  }

  /** The server's id of the chat; null before the first run. */
  get chatId(): string | null {
    return this.#chatId ?? (this.state as Partial<ThreadcastState> | undefined)?.chat_id ?? null;
  }

  run(input: RunAgentInput): Observable<BaseEvent> {
    const { threadId, runId } = input;
    return new Observable((subscriber) => {
      const events = new EventMapper(threadId, runId);
      subscriber.next(events.started());
      void this.#deliver(subscriber, events, async () => this.#client.post(this.#payload(input)));
      return () => this.#detach();
    });
  }

  /** Stop the running answer at the server; the run ends with its partial answer. */
  override abortRun(): void {
    const { chatId, messageId } = this.#turn ?? {};
    if (chatId && messageId) void this.#client.stop(chatId, messageId).catch(() => {});
  }

  override clone(): ThreadcastAgent {
    const { agentId, description, threadId, messages, state, chatId } = this;
    return new ThreadcastAgent({
      client: this.#client,
      description,
      threadId,
      initialMessages: structuredClone(messages),
      initialState: structuredClone(state) as unknown,
      ...(agentId !== undefined && { agentId }),
      ...(chatId !== null && { chatId }),
    });
  }

  protected override connect({ threadId, runId }: RunAgentInput): Observable<BaseEvent> {
    return new Observable((subscriber) => {
      const events = new EventMapper(threadId, runId);
      subscriber.next(events.started());
      void this.#deliver(subscriber, events, () => this.#running(subscriber));
      return () => this.#detach();
    });
  }

  /** Bring the stored chat; return its running turn, null if none runs. */
  async #running(subscriber: Subscriber<BaseEvent>): Promise<Turn | null> {
    const { chatId } = this;
    if (chatId === null) return null;
    const chat = await this.#client.getChat(chatId);
    const message_id = chat.message_ids.at(-1) ?? "";
    subscriber.next({ type: EventType.MESSAGES_SNAPSHOT, messages: toAgUiMessages(chat) });
    subscriber.next({ type: EventType.STATE_SNAPSHOT, snapshot: { chat_id: chatId, message_id, title: chat.title } });
    return chat.messages[message_id]?.is_completed === false ? this.#client.follow(chatId, message_id) : null;
  }

  async #deliver(
    subscriber: Subscriber<BaseEvent>,
    events: EventMapper,
    begin: () => Promise<Turn | null>,
  ): Promise<void> {
    try {
      const turn = (this.#turn = await begin());
      const chunks = new ChunkMapper(turn?.messageId ?? null);
      for await (const frame of turn ?? []) {
        this.#chatId ??= turn!.chatId;
        for (const chunk of chunks.chunks(frame)) for (const event of events.events(chunk)) subscriber.next(event);
      }
      for (const chunk of chunks.finish()) for (const event of events.events(chunk)) subscriber.next(event);
    } catch (error) {
      const code = error instanceof RequestFailed ? (error.code ?? undefined) : undefined;
      subscriber.next(events.failed((error as Error).message, code));
    }
    subscriber.complete();
  }

  #detach(): void {
    if (this.#turn !== null && !this.#turn.isOver) this.#client.detach(this.#turn);
  }

  #payload({ messages, forwardedProps }: RunAgentInput): PostPayload {
    const newest = messages.at(-1);
    const prompt = newest?.role === "user" ? textOf(newest.content) : "";
    if (this.chatId !== null) return { prompt, chat_id: this.chatId };
    const { asset_id, asset_type } = (forwardedProps ?? {}) as PostPayload;
    return { ...(prompt && { prompt }), ...(asset_id && { asset_id }), ...(asset_type && { asset_type }) };
  }
}

function textOf(content: string | readonly { type: string; text?: string }[]): string {
  if (typeof content === "string") return content;
  if (content.some((part) => part.type !== "text")) throw new TypeError("Threadcast takes texts only");
  return content.map((part) => part.text).join("\n");
}
