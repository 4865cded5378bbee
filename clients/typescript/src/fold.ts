/** The fold: apply one frame to a chat. Pure: states are never changed in place. */

import type {
  ChatPayload,
  MessagePayload,
  ReasoningFile,
  ReasoningMessage,
  ReasoningPayload,
  ResponseMessage,
  ResponsePayload,
  TitlePayload,
} from "./protocol.js";

/** A frame as received: later versions of the server may add events, which the fold ignores. */
export interface AnyFrame {
  readonly event?: string;
  readonly payload?: unknown;
  readonly [key: string]: unknown;
}

/** One chat, as folded from the frames of one connection. */
export interface ChatState {
  /** The chat, with every text so far in `message` and no chunk; null before the first frame. */
  readonly chat: ChatPayload | null;
  /** The message whose turn streams the title, so that another turn's first chunk starts a new title. */
  readonly titledMessageId: string | null;
}

export const EMPTY: ChatState = { chat: null, titledMessageId: null };

/**
 * Return the state after one frame.
 *
 * A state belongs to the chat of its first frame: frames of other chats do not change it, nor do errors, the
 * answers to stops, API Gateway's own frames and unknown events.
 */
export function fold(state: ChatState, frame: AnyFrame): ChatState {
  const payload = frame.payload as never;
  if (typeof payload !== "object" || payload === null) return state;
  switch (frame.event) {
    case "initializeChat":
    case "complete":
    case "getChat":
      return snapshot(state, payload);
    case "generatingTitle":
      return isOfChat(state, payload) ? withTitle(state, payload) : state;
    case "generatingResponseMessage":
      return isOfChat(state, payload) ? withResponse(state, payload) : state;
    case "generatingReasoningMessage":
      return isOfChat(state, payload) ? withReasoning(state, payload) : state;
    default:
      return state;
  }
}

function snapshot(state: ChatState, chat: ChatPayload): ChatState {
  return state.chat === null || state.chat.id === chat.id ? { chat, titledMessageId: null } : state;
}

function isOfChat(state: ChatState, payload: { chat_id: string }): boolean {
  return state.chat === null || state.chat.id === payload.chat_id;
}

function withTitle(state: ChatState, payload: TitlePayload): ChatState {
  const chat = chatWithMessage(state, payload);
  if (payload.progress === "completed") {
    return { chat: { ...chat, title: payload.title ?? "" }, titledMessageId: null };
  }
  const soFar = state.titledMessageId === payload.message_id ? chat.title : "";
  return {
    chat: { ...chat, title: soFar + (payload.title_chunk ?? "") },
    titledMessageId: payload.message_id,
  };
}

function withResponse(state: ChatState, payload: ResponsePayload): ChatState {
  const part = payload.response_message;
  return withMessage(state, payload, (message) => ({
    ...message,
    response_message_ids: withId(message.response_message_ids, part.id),
    response_messages: {
      ...message.response_messages,
      [part.id]: updatedResponse(message.response_messages[part.id], part),
    },
  }));
}

function withReasoning(state: ChatState, payload: ReasoningPayload): ChatState {
  const step = payload.reasoning;
  return withMessage(state, payload, (message) => ({
    ...message,
    reasoning_message_ids: withId(message.reasoning_message_ids, step.id),
    reasoning_messages: {
      ...message.reasoning_messages,
      [step.id]: updatedReasoning(message.reasoning_messages[step.id], step),
    },
  }));
}

type Ids = { chat_id: string; message_id: string };

function withMessage(
  state: ChatState,
  ids: Ids,
  change: (message: MessagePayload) => MessagePayload,
): ChatState {
  const chat = chatWithMessage(state, ids);
  const message = change(chat.messages[ids.message_id]!);
  return { ...state, chat: { ...chat, messages: { ...chat.messages, [message.id]: message } } };
}

/** Return the chat, with a placeholder for a message whose `initializeChat` was not received. */
function chatWithMessage(state: ChatState, ids: Ids): ChatPayload {
  const chat = state.chat ?? placeholderChat(ids.chat_id);
  if (chat.messages[ids.message_id] !== undefined) return chat;
  return {
    ...chat,
    message_ids: withId(chat.message_ids, ids.message_id),
    messages: { ...chat.messages, [ids.message_id]: placeholderMessage(ids.message_id) },
  };
}

function withId(ids: string[], id: string): string[] {
  return ids.includes(id) ? ids : [...ids, id];
}

/** Replace the part; in a text, a whole `message` replaces the text so far, a chunk extends it. */
function updatedResponse(previous: ResponseMessage | undefined, part: ResponseMessage): ResponseMessage {
  if (part.type !== "text") return part;
  const message = part.message ?? textOf(previous) + (part.message_chunk ?? "");
  return { ...part, message, message_chunk: null };
}

/** Replace the step; in a text, append the chunk and ignore `message`, as existing clients do. */
function updatedReasoning(previous: ReasoningMessage | undefined, step: ReasoningMessage): ReasoningMessage {
  if (step.type === "text") {
    return { ...step, message: textOf(previous) + (step.message_chunk ?? ""), message_chunk: null };
  }
  if (step.type !== "files") return step;
  const before = previous?.type === "files" ? previous.files : {};
  const files = Object.entries(step.files).map(([id, file]) => [id, updatedFile(before[id], file)]);
  return { ...step, files: Object.fromEntries(files) as Record<string, ReasoningFile> };
}

/** Replace the file, but append a chunk to the text so far; keep it if there is neither text nor chunk. */
function updatedFile(previous: ReasoningFile | undefined, file: ReasoningFile): ReasoningFile {
  const { text, text_chunk } = file.file;
  const soFar = previous?.file.text ?? null;
  const after = text_chunk === null ? (text ?? soFar) : (soFar ?? "") + text_chunk;
  return { ...file, file: { ...file.file, text: after, text_chunk: null } };
}

function textOf(part: { type: string } | undefined): string {
  return (part as { message?: string | null } | undefined)?.message ?? "";
}

function placeholderChat(id: string): ChatPayload {
  return {
    id,
    title: "",
    is_favorited: false,
    message_ids: [],
    messages: {},
    created_at: "",
    updated_at: "",
    created_by: "",
    created_by_id: "",
    created_by_name: null,
    created_by_avatar: null,
    individual_permissions: null,
    publicly_accessible: false,
    public_expiry_date: null,
    public_enabled_by: null,
    public_password: null,
    permission: null,
    workspace_sharing: null,
    workspace_sharing_enabled_by: null,
    workspace_sharing_enabled_at: null,
    workspace_member_count: null,
    feedback: null,
  };
}

function placeholderMessage(id: string): MessagePayload {
  return {
    id,
    request_message: null,
    response_message_ids: [],
    response_messages: {},
    reasoning_message_ids: [],
    reasoning_messages: {},
    created_at: "",
    updated_at: "",
    final_reasoning_message: null,
    feedback: null,
    is_completed: false,
    post_processing_message: null,
  };
}
