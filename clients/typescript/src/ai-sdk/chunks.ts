/** Frames of a turn to chunks of AI SDK's stream: what the folded message has beyond what was sent. */

import type { UIMessageChunk } from "ai";

import { type AnyFrame, EMPTY, fold } from "../fold.js";
import type { MessagePayload, ReasoningMessage, ResponseMessage } from "../protocol.js";
import { idsOf } from "../turn.js";
import { endMetadata, startMetadata, stepMetadata } from "./messages.js";

interface SentText {
  length: number;
  isOpen: boolean;
}

/**
 * Chunks come from the folded state, not from single frames, so that a catch-up after a lost socket brings only
 * what is new; a new instance sends the whole message.
 */
export class ChunkMapper {
  #state = EMPTY;
  #title: string | null = null;
  #isStarted = false;
  #isFinished = false;
  readonly #texts = new Map<string, SentText>();
  readonly #data = new Map<string, string>();

  constructor(private messageId: string | null = null) {}

  /** Return the chunks that one frame of the turn adds. */
  chunks(frame: AnyFrame): UIMessageChunk[] {
    this.messageId ??= idsOf(frame).messageId;
    this.#state = fold(this.#state, frame);
    const message = this.#state.chat?.messages[this.messageId ?? ""];
    return [...this.#start(), ...this.#titleChunks(), ...(message === undefined ? [] : this.#parts(message))];
  }

  /** Return the chunks after the last frame, for a message that was replaced in the meantime too. */
  *finish(): Generator<UIMessageChunk> {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const message = this.#state.chat?.messages[this.messageId ?? ""];
    const finishReason = message?.post_processing_message ? "other" : "stop";
    yield { type: "finish", finishReason, messageMetadata: message && endMetadata(message) };
  }

  *#start(): Generator<UIMessageChunk> {
    const { chat } = this.#state;
    if (this.#isStarted || chat === null || this.messageId === null) return;
    this.#isStarted = true;
    const { messageId } = this;
    yield { type: "start", messageId, messageMetadata: startMetadata(chat.id, messageId) };
  }

  *#titleChunks(): Generator<UIMessageChunk> {
    const title = this.#state.chat?.title;
    if (!title || title === this.#title) return;
    this.#title = title;
    yield { type: "data-title", data: { title }, transient: true };
  }

  *#parts(message: MessagePayload): Generator<UIMessageChunk> {
    for (const id of message.reasoning_message_ids) {
      yield* this.#step(message.reasoning_messages[id]!, message.is_completed);
    }
    for (const id of message.response_message_ids) {
      yield* this.#response(message.response_messages[id]!, message.is_completed);
    }
  }

  #step(step: ReasoningMessage, isOver: boolean): Iterable<UIMessageChunk> {
    if (step.type !== "text") return this.#dataChunks(`data-${step.type}`, step);
    const isDone = isOver || step.status !== "loading";
    return this.#textChunks("reasoning", step.id, step.message, isDone, stepMetadata(step));
  }

  #response(part: ResponseMessage, isOver: boolean): Iterable<UIMessageChunk> {
    if (part.type === "file") return this.#dataChunks("data-file", part);
    return this.#textChunks("text", part.id, part.message, isOver || part.is_final_message);
  }

  *#dataChunks(type: `data-${string}`, data: { id: string }): Generator<UIMessageChunk> {
    const text = JSON.stringify(data);
    if (this.#data.get(type + data.id) === text) return;
    this.#data.set(type + data.id, text);
    yield { type, id: data.id, data };
  }

  *#textChunks(
    type: "text" | "reasoning",
    id: string,
    text: string | null,
    isDone: boolean,
    metadata?: ReturnType<typeof stepMetadata>,
  ): Generator<UIMessageChunk> {
    const providerMetadata = metadata && { providerMetadata: metadata };
    let sent = this.#texts.get(type + id);
    if (sent === undefined) {
      sent = { length: 0, isOpen: true };
      this.#texts.set(type + id, sent);
      yield { type: `${type}-start`, id, ...providerMetadata };
    }
    if (!sent.isOpen) return;
    const delta = (text ?? "").slice(sent.length);
    sent.length += delta.length;
    if (delta) yield { type: `${type}-delta`, id, delta };
    if (!isDone) return;
    sent.isOpen = false;
    yield { type: `${type}-end`, id, ...providerMetadata };
  }
}
