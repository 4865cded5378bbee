/** One chat as a user interface needs it: its present state, and what a user can do with it. */

import type { Threadcast } from "./client.js";
import { type AnyFrame, type ChatState, EMPTY, fold } from "./fold.js";
import type { ChatPayload, MessagePayload, PostPayload } from "./protocol.js";
import { idsOf, type Turn } from "./turn.js";

/** A chat, kept current by every frame of the connection; turns of the user's other devices included. */
export class Chat {
  #state: ChatState = EMPTY;
  #id: string | null;
  #turn: Turn | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #endings: (() => void)[];

  /** `id` is null for a chat that its first post creates. */
  constructor(
    readonly client: Threadcast,
    id: string | null = null,
  ) {
    this.#id = id;
    this.#endings = [
      client.onFrame((frame) => this.#received(frame)),
      client.onReconnect(() => this.#reconnected()),
    ];
  }

  get id(): string | null {
    return this.#id;
  }

  /** The chat so far, with every text so far in `message`; null before the first frame. A new object on each change. */
  get value(): ChatPayload | null {
    return this.#state.chat;
  }

  /** The message whose turn is running; null if none is. */
  get running(): MessagePayload | null {
    const newest = this.value?.messages[this.value.message_ids.at(-1) ?? ""];
    return newest === undefined || newest.is_completed ? null : newest;
  }

  /** Call `listener` after each change; return a function that ends that. Made for `useSyncExternalStore`. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Fetch the stored chat. */
  async load(): Promise<ChatPayload> {
    if (this.#id === null) throw new TypeError("a chat without an id cannot be loaded");
    return this.client.getChat(this.#id);
  }

  /** Post a prompt, an asset, or both in a new chat; return the chat at the turn's end. */
  post(payload: Omit<PostPayload, "chat_id">): Promise<ChatPayload> {
    this.#turn = this.client.post(this.#id === null ? payload : { ...payload, chat_id: this.#id });
    return this.#turn.result;
  }

  /** Stop the running turn; return whether one was running. */
  async stop(): Promise<boolean> {
    const running = this.running;
    return this.#id !== null && running !== null && this.client.stop(this.#id, running.id);
  }

  /** Stop receiving frames. */
  close(): void {
    for (const end of this.#endings) end();
    this.#listeners.clear();
  }

  #received(frame: AnyFrame): void {
    const { chatId } = idsOf(frame);
    if (this.#id === null && chatId !== null && frame["request_id"] === this.#turn?.requestId) this.#id = chatId;
    if (chatId === null || chatId !== this.#id || this.#takesTextBack(frame)) return;
    const before = this.#state;
    this.#state = fold(before, frame);
    if (this.#state !== before) for (const listener of this.#listeners) listener();
  }

  /** A get has a running message without its answer, which `initializeChat` brings within 2 s. */
  #takesTextBack(frame: AnyFrame): boolean {
    if (frame.event !== "getChat" || this.running === null) return false;
    return (frame.payload as ChatPayload).messages[this.running.id]?.is_completed === false;
  }

  #reconnected(): void {
    if (this.running === null) return;
    this.load().catch(() => {}); // the next reconnect asks again
  }
}
