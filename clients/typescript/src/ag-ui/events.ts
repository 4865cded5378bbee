/** Chunks of a turn to events of AG-UI. */

import { type BaseEvent, EventType, type Message } from "@ag-ui/client";

import type { ChatPayload, FilesReasoningMessage, PillsReasoningMessage } from "../protocol.js";
import type { Chunk } from "../streaming/chunks.js";

/** What an agent's `state` has of the chat: `chat_id` continues it in the next run. */
export interface ThreadcastState {
  chat_id: string;
  message_id: string;
  title: string;
}

type Event = BaseEvent & Record<string, unknown>;
type Step = FilesReasoningMessage | PillsReasoningMessage;

/** The events of one run; it ends with `RUN_FINISHED`, or with an error that `failed` returns. */
export class EventMapper {
  #messageId = "";
  readonly #steps = new Map<string, string>();
  readonly #calls = new Set<string>();

  constructor(
    private readonly threadId: string,
    private readonly runId: string,
  ) {}

  started(): Event {
    return { type: EventType.RUN_STARTED, threadId: this.threadId, runId: this.runId };
  }

  failed(message: string, code: string | undefined): Event {
    return { type: EventType.RUN_ERROR, message, ...(code && { code }) };
  }

  *events(chunk: Chunk): Generator<Event> {
    switch (chunk.type) {
      case "start":
        this.#messageId = chunk.messageId;
        yield { type: EventType.STATE_SNAPSHOT, snapshot: { ...chunk.messageMetadata, title: "" } };
        return;
      case "data-title":
        yield { type: EventType.STATE_DELTA, delta: [{ op: "replace", path: "/title", value: chunk.data.title }] };
        return;
      case "data-file":
        yield { type: EventType.CUSTOM, name: "threadcast.file", value: chunk.data };
        return;
      case "data-pills":
      case "data-files":
        yield* this.#call(chunk.data);
        return;
      case "finish":
        yield { type: EventType.RUN_FINISHED, threadId: this.threadId, runId: this.runId };
        return;
      default:
        yield* this.#text(chunk);
    }
  }

  *#text(chunk: Chunk & { id: string }): Generator<Event> {
    const messageId = `${this.#messageId}:${chunk.id}`;
    switch (chunk.type) {
      case "text-start":
        yield { type: EventType.TEXT_MESSAGE_START, messageId, role: "assistant" };
        return;
      case "text-delta":
        yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta: chunk.delta };
        return;
      case "text-end":
        yield { type: EventType.TEXT_MESSAGE_END, messageId };
        return;
      case "reasoning-start":
        yield { type: EventType.STEP_STARTED, stepName: this.#stepName(chunk.id, chunk.providerMetadata?.threadcast.title) };
        yield { type: EventType.REASONING_START, messageId };
        yield { type: EventType.REASONING_MESSAGE_START, messageId, role: "reasoning" };
        return;
      case "reasoning-delta":
        yield { type: EventType.REASONING_MESSAGE_CONTENT, messageId, delta: chunk.delta };
        return;
      case "reasoning-end":
        yield { type: EventType.REASONING_MESSAGE_END, messageId };
        yield { type: EventType.REASONING_END, messageId };
        yield { type: EventType.STEP_FINISHED, stepName: this.#steps.get(chunk.id) };
    }
  }

  /** A step's title, made unique within the run: AG-UI knows steps by their names. */
  #stepName(id: string, title: string | undefined): string {
    const name = title || id;
    const isTaken = [...this.#steps.values()].includes(name);
    this.#steps.set(id, isTaken ? `${name} (${id})` : name);
    return this.#steps.get(id)!;
  }

  /** A step of pills or files is the call of a tool whose result is the step, once it has ended. */
  *#call(step: Step): Generator<Event> {
    const toolCallId = step.id;
    if (!this.#calls.has(toolCallId)) {
      this.#calls.add(toolCallId);
      yield { type: EventType.TOOL_CALL_START, toolCallId, toolCallName: step.title };
      yield { type: EventType.TOOL_CALL_END, toolCallId };
    }
    if (step.status === "loading") return;
    const messageId = `${this.#messageId}:${step.id}`;
    yield { type: EventType.TOOL_CALL_RESULT, messageId, toolCallId, content: JSON.stringify(step), role: "tool" };
  }
}

/** Return the questions and answers of a stored chat; a running message has its question only. */
export function toAgUiMessages(chat: ChatPayload): Message[] {
  return chat.message_ids.flatMap((id): Message[] => {
    const message = chat.messages[id]!;
    const question = message.request_message?.request;
    const texts = message.response_message_ids.flatMap((partId): Message[] => {
      const part = message.response_messages[partId]!;
      if (part.type !== "text" || !message.is_completed) return [];
      return [{ id: `${id}:${partId}`, role: "assistant", content: part.message ?? "" }];
    });
    return [...(question ? [{ id: `${id}:request`, role: "user" as const, content: question }] : []), ...texts];
  });
}
