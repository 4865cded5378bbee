/** Makes `useChat` of AI SDK 7, and what builds on it, work over a Threadcast connection. */

import type { ChatRequestOptions, ChatTransport, UIMessageChunk } from "ai";

import type { Threadcast } from "../client.js";
import { NotFound } from "../errors.js";
import type { AnyFrame } from "../fold.js";
import type { ChatPayload, PostPayload } from "../protocol.js";
import { ChunkMapper } from "../streaming/chunks.js";
import type { Turn } from "../turn.js";
import { messageIdOf, type ThreadcastMetadata, type ThreadcastUIMessage } from "./messages.js";

type SendOptions = Parameters<ChatTransport<ThreadcastUIMessage>["sendMessages"]>[0];
type ReconnectOptions = Parameters<ChatTransport<ThreadcastUIMessage>["reconnectToStream"]>[0];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A `ChatTransport` over one connection, for any number of chats.
 *
 * `useChat` makes ids of its own: those of chats and of users' messages are mapped to the server's here. After a
 * reload, pass the server's id as `id` and `toUIMessages(chat)` as `messages`.
 */
export class ThreadcastChatTransport implements ChatTransport<ThreadcastUIMessage> {
  /** `resumeStream` brings the whole message. A lost socket needs none: its stream goes on with what is new. */
  readonly resumeStreamIsReplay = true;

  readonly #chatIds = new Map<string, string>();
  readonly #messageIds = new Map<string, string>();
  readonly #turns = new Map<string, Turn>();

  constructor(readonly client: Threadcast) {}

  /** Return the server's id of a chat; null for one that the server does not have yet. */
  chatId(id: string): string | null {
    return this.#chatIds.get(id) ?? null;
  }

  /** Open a turn. Rejects with `RequestFailed` if it is refused. */
  async sendMessages(options: SendOptions): Promise<ReadableStream<UIMessageChunk>> {
    const turn = this.client.post(this.#payload(options));
    this.#turns.set(options.chatId, turn);
    const frames = turn[Symbol.asyncIterator]();
    const first = await unlessAborted(frames.next(), options.abortSignal);
    if (first === null || first.done) {
      this.client.detach(turn);
      return new ReadableStream({ start: (controller) => controller.close() });
    }
    this.#remember(options, turn);
    return this.#stream(turn, new ChunkMapper(turn.messageId), options.abortSignal, [first.value]);
  }

  /** Return the stream of the running turn, from its beginning; null if none runs. */
  async reconnectToStream({
    chatId,
    abortSignal,
  }: ReconnectOptions): Promise<ReadableStream<UIMessageChunk> | null> {
    const id = this.chatId(chatId) ?? (UUID.test(chatId) ? chatId : null);
    const messageId = id === null ? null : await this.#runningMessage(id);
    if (id === null || messageId === null || abortSignal?.aborted) return null;
    this.#chatIds.set(chatId, id);
    const turn = this.client.follow(id, messageId);
    this.#turns.set(chatId, turn);
    return this.#stream(turn, new ChunkMapper(messageId), abortSignal);
  }

  /** Stop the running answer at the server; return whether one was running. `useChat`'s own stop only detaches. */
  async stop(chatId: string): Promise<boolean> {
    const turn = this.#turns.get(chatId);
    const id = turn?.chatId ?? this.chatId(chatId) ?? (UUID.test(chatId) ? chatId : null);
    if (id === null) return false;
    const messageId = turn?.messageId ?? (await this.#runningMessage(id));
    return messageId !== null && this.client.stop(id, messageId);
  }

  /** Close the connection. */
  close(): void {
    this.client.close();
  }

  async #runningMessage(chatId: string): Promise<string | null> {
    let chat: ChatPayload;
    try {
      chat = await this.client.getChat(chatId);
    } catch (error) {
      if (error instanceof NotFound) return null; // a chat that has not been posted to
      throw error;
    }
    const newest = chat.message_ids.at(-1);
    return newest === undefined || chat.messages[newest]!.is_completed ? null : newest;
  }

  #payload(options: SendOptions): PostPayload {
    const { chatId, trigger, messageId, messages } = options;
    const newest = messages.at(-1);
    const question = newest?.role === "user" ? newest : undefined;
    const prompt = promptOf(question);
    const isReplacement = trigger === "regenerate-message" || messageId !== undefined;
    const hasHistory = isReplacement || messages.some((each) => each.role === "assistant");
    const id = this.chatId(chatId) ?? (hasHistory && UUID.test(chatId) ? chatId : null);
    if (id === null) return { ...assetOf(options, question?.metadata), ...(prompt && { prompt }) };
    if (!isReplacement) return { prompt, chat_id: id };
    const replaced = messageId ?? question?.id;
    if (replaced === undefined) throw new TypeError("an answer without a question cannot be generated again");
    return { prompt, chat_id: id, message_id: this.#messageIds.get(replaced) ?? messageIdOf(replaced) };
  }

  #remember({ chatId, messages }: SendOptions, turn: Turn): void {
    const newest = messages.at(-1);
    if (turn.chatId !== null) this.#chatIds.set(chatId, turn.chatId);
    if (newest?.role === "user" && turn.messageId !== null) this.#messageIds.set(newest.id, turn.messageId);
  }

  /** `abortSignal` only detaches: the turn goes on at the server. */
  #stream(
    turn: Turn,
    mapper: ChunkMapper,
    abortSignal: AbortSignal | undefined,
    received: AnyFrame[] = [],
  ): ReadableStream<UIMessageChunk> {
    let isOpen = true;
    const closes = (): boolean => {
      this.client.detach(turn);
      const wasOpen = isOpen;
      isOpen = false;
      return wasOpen;
    };
    return new ReadableStream<UIMessageChunk>({
      start: (controller) => {
        abortSignal?.addEventListener("abort", () => closes() && controller.close());
        const send = (chunks: Iterable<UIMessageChunk>): void => {
          for (const chunk of chunks) if (isOpen) controller.enqueue(chunk);
        };
        for (const frame of received) send(mapper.chunks(frame));
        void (async () => {
          try {
            for await (const frame of turn) send(mapper.chunks(frame));
            send(mapper.finish());
          } catch (error) {
            send([{ type: "error", errorText: (error as Error).message }]);
          }
          if (closes()) controller.close();
        })();
      },
      cancel: () => void closes(),
    });
  }
}

function promptOf(message: ThreadcastUIMessage | undefined): string {
  const texts = (message?.parts ?? []).map((part) => {
    if (part.type !== "text") throw new TypeError(`Threadcast takes texts, not parts of type ${part.type}`);
    return part.text;
  });
  return texts.join("\n");
}

/** The asset of a new chat stands in the message's metadata, or in the request's where there is no message. */
function assetOf(options: ChatRequestOptions, metadata: ThreadcastMetadata | undefined): PostPayload {
  const { asset_id, asset_type } = (metadata ?? options.metadata ?? {}) as ThreadcastMetadata;
  return { ...(asset_id && { asset_id }), ...(asset_type && { asset_type }) };
}

/** Return the value, or null once the signal is aborted. */
function unlessAborted<T>(value: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) resolve(null);
    signal?.addEventListener("abort", () => resolve(null));
    value.then(resolve, reject);
  });
}
