/** A message of Threadcast as messages of AI SDK: one of ours is two of theirs, or one without a prompt. */

import type { UIMessage } from "ai";

import type {
  AssetTypeName,
  ChatPayload,
  FileResponseMessage,
  FilesReasoningMessage,
  MessagePayload,
  PillsReasoningMessage,
  ReasoningMessage,
} from "../protocol.js";
import { endMetadata, startMetadata, stepMetadata } from "../streaming/chunks.js";

export type ThreadcastMetadata = {
  /** In a user's message: the asset that a new chat is about. */
  asset_id?: string;
  asset_type?: AssetTypeName;
  /** In an answer: the server's ids. */
  chat_id?: string;
  message_id?: string;
  /** "Reasoned for 12 seconds", once the turn has ended. */
  final_reasoning_message?: string | null;
  /** How the turn ended, for people: null after a success, "Stopped", or the sentence of a failure. */
  post_processing_message?: string | null;
};

export type ThreadcastData = {
  file: FileResponseMessage;
  files: FilesReasoningMessage;
  pills: PillsReasoningMessage;
  /** Transient: it reaches `onData` only. */
  title: { title: string };
};

export type ThreadcastUIMessage = UIMessage<ThreadcastMetadata, ThreadcastData>;

const REQUEST = ":request";

/** Return the id that a user's message has after a reload. */
export function requestIdOf(messageId: string): string {
  return messageId + REQUEST;
}

/** Return the server's id of a message of either role, as `toUIMessages` and `start` set it. */
export function messageIdOf(uiMessageId: string): string {
  return uiMessageId.endsWith(REQUEST) ? uiMessageId.slice(0, -REQUEST.length) : uiMessageId;
}

/** Return a stored chat as the initial messages of `useChat`. A running message has its question only. */
export function toUIMessages(chat: ChatPayload): ThreadcastUIMessage[] {
  return chat.message_ids.flatMap((id) => {
    const message = chat.messages[id]!;
    const { request_message: request } = message;
    const question: ThreadcastUIMessage = {
      id: requestIdOf(id),
      role: "user",
      parts: [{ type: "text", text: request?.request ?? "" }],
    };
    const answer: ThreadcastUIMessage = {
      id,
      role: "assistant",
      metadata: { ...startMetadata(chat.id, id), ...endMetadata(message) },
      parts: partsOf(message),
    };
    return [...(request === null ? [] : [question]), ...(message.is_completed ? [answer] : [])];
  });
}

function partsOf(message: MessagePayload): ThreadcastUIMessage["parts"] {
  const steps = message.reasoning_message_ids.map((id) => stepPart(message.reasoning_messages[id]!));
  const answer = message.response_message_ids.map((id): ThreadcastUIMessage["parts"][number] => {
    const part = message.response_messages[id]!;
    if (part.type === "file") return { type: "data-file", id, data: part };
    return { type: "text", text: part.message ?? "", state: "done" };
  });
  return [...steps, ...answer];
}

function stepPart(step: ReasoningMessage): ThreadcastUIMessage["parts"][number] {
  if (step.type === "pills") return { type: "data-pills", id: step.id, data: step };
  if (step.type === "files") return { type: "data-files", id: step.id, data: step };
  return { type: "reasoning", text: step.message ?? "", state: "done", providerMetadata: stepMetadata(step) };
}
