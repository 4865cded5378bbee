/** Frames of a turn to the chunks that user interfaces stream: what the folded message has beyond what was sent. */

import { type AnyFrame, EMPTY, fold } from "../fold.js";
import type {
  FileResponseMessage,
  FilesReasoningMessage,
  MessagePayload,
  PillsReasoningMessage,
  ReasoningMessage,
  ResponseMessage,
  TextReasoningMessage,
} from "../protocol.js";
import { idsOf } from "../turn.js";

/** A chunk: of the shape that AI SDK's `UIMessageChunk` has. */
export type Chunk =
  | { type: "start"; messageId: string; messageMetadata: ReturnType<typeof startMetadata> }
  | { type: "data-title"; data: { title: string }; transient: true }
  | { type: "data-file"; id: string; data: FileResponseMessage }
  | { type: "data-files"; id: string; data: FilesReasoningMessage }
  | { type: "data-pills"; id: string; data: PillsReasoningMessage }
  | TextChunk<"text">
  | TextChunk<"reasoning">
  | { type: "finish"; finishReason: "stop" | "other"; messageMetadata?: ReturnType<typeof endMetadata> };

type TextChunk<Kind extends "text" | "reasoning"> =
  | { type: `${Kind}-start` | `${Kind}-end`; id: string; providerMetadata?: ReturnType<typeof stepMetadata> }
  | { type: `${Kind}-delta`; id: string; delta: string };

interface SentText {
  type: "text" | "reasoning";
  id: string;
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
  chunks(frame: AnyFrame): Chunk[] {
    this.messageId ??= idsOf(frame).messageId;
    this.#state = fold(this.#state, frame);
    const message = this.#state.chat?.messages[this.messageId ?? ""];
    return [...this.#start(), ...this.#titleChunks(), ...(message === undefined ? [] : this.#parts(message))];
  }

  /** Return the chunks after the last frame. A snapshot may lack a part: old reasoning, or a replaced message. */
  *finish(): Generator<Chunk> {
    if (this.#isFinished) return;
    this.#isFinished = true;
    for (const { type, id, isOpen } of this.#texts.values()) if (isOpen) yield { type: `${type}-end`, id };
    const message = this.#state.chat?.messages[this.messageId ?? ""];
    const finishReason = message?.post_processing_message ? "other" : "stop";
    yield { type: "finish", finishReason, ...(message && { messageMetadata: endMetadata(message) }) };
  }

  *#start(): Generator<Chunk> {
    const { chat } = this.#state;
    if (this.#isStarted || chat === null || this.messageId === null) return;
    this.#isStarted = true;
    const { messageId } = this;
    yield { type: "start", messageId, messageMetadata: startMetadata(chat.id, messageId) };
  }

  *#titleChunks(): Generator<Chunk> {
    const title = this.#state.chat?.title;
    if (!title || title === this.#title) return;
    this.#title = title;
    yield { type: "data-title", data: { title }, transient: true };
  }

  *#parts(message: MessagePayload): Generator<Chunk> {
    for (const id of message.reasoning_message_ids) {
      yield* this.#step(message.reasoning_messages[id]!, message.is_completed);
    }
    for (const id of message.response_message_ids) {
      yield* this.#response(message.response_messages[id]!, message.is_completed);
    }
  }

  #step(step: ReasoningMessage, isOver: boolean): Iterable<Chunk> {
    if (step.type === "pills") return this.#dataChunks({ type: "data-pills", id: step.id, data: step });
    if (step.type === "files") return this.#dataChunks({ type: "data-files", id: step.id, data: step });
    const isDone = isOver || step.status !== "loading";
    return this.#textChunks("reasoning", step.id, step.message, isDone, stepMetadata(step));
  }

  #response(part: ResponseMessage, isOver: boolean): Iterable<Chunk> {
    if (part.type === "file") return this.#dataChunks({ type: "data-file", id: part.id, data: part });
    return this.#textChunks("text", part.id, part.message, isOver || part.is_final_message);
  }

  *#dataChunks(chunk: Chunk & { id: string }): Generator<Chunk> {
    const text = JSON.stringify(chunk);
    if (this.#data.get(chunk.type + chunk.id) === text) return;
    this.#data.set(chunk.type + chunk.id, text);
    yield chunk;
  }

  *#textChunks(
    type: "text" | "reasoning",
    id: string,
    text: string | null,
    isDone: boolean,
    metadata?: ReturnType<typeof stepMetadata>,
  ): Generator<Chunk> {
    const providerMetadata = metadata && { providerMetadata: metadata };
    let sent = this.#texts.get(type + id);
    if (sent === undefined) {
      sent = { type, id, length: 0, isOpen: true };
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

/** What a step has beside its text. */
export function stepMetadata(step: TextReasoningMessage) {
  const { title, secondary_title, status } = step;
  return { threadcast: { title, secondary_title, status } };
}

export function startMetadata(chat_id: string, message_id: string) {
  return { chat_id, message_id };
}

export function endMetadata(message: MessagePayload) {
  const { final_reasoning_message, post_processing_message } = message;
  return { final_reasoning_message, post_processing_message };
}
