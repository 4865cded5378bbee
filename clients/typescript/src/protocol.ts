/** The types of the protocol. Generated from docs/protocol.schema.json: do not edit. */

export type Frame = InitializeChatFrame | GeneratingTitleFrame | GeneratingReasoningMessageFrame | GeneratingResponseMessageFrame | CompleteFrame | StopThreadFrame | GetChatFrame | ErrorFrame;

/** A whole chat: `message_ids` orders the keys of `messages`. `public_password` is never in clear. */
export interface ChatPayload {
  id: string;
  title: string;
  is_favorited: boolean;
  message_ids: string[];
  messages: Record<string, MessagePayload>;
  created_at: string;
  updated_at: string;
  created_by: string;
  created_by_id: string;
  created_by_name: string | null;
  created_by_avatar: string | null;
  individual_permissions: IndividualPermission[] | null;
  publicly_accessible: boolean;
  public_expiry_date: string | null;
  public_enabled_by: string | null;
  public_password: string | null;
  permission: Role | null;
  workspace_sharing: Role | "none" | null;
  workspace_sharing_enabled_by: string | null;
  workspace_sharing_enabled_at: string | null;
  workspace_member_count: number | null;
  feedback: string | null;
}

/** The terminal frame of a turn that completed or was stopped: the chat in its final state. */
export interface CompleteFrame {
  route: string | null;
  event: "complete";
  payload: ChatPayload;
  sent_by: null;
  error: null;
  send_method: "All";
  request_id?: string;
}

/** What went wrong: `code` for programs, `message` for people, the rest where known. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  chat_id?: string;
  message_id?: string;
  reference_id?: string;
  retry_after_s?: number;
}

export type ErrorCode = "BAD_REQUEST" | "UNAUTHORIZED" | "NOT_FOUND" | "CONFLICT" | "TOO_MANY_REQUESTS" | "INTERNAL_SERVER_ERROR";

/** The last frame of a request that failed, under the event that its route answers with. */
export interface ErrorFrame {
  route: string | null;
  event: "postThread" | "stopThread" | "getChat" | "error";
  payload: null;
  sent_by: null;
  error: ErrorBody;
  send_method: "SenderOnly";
  request_id?: string;
}

/** One entry of a file's history. */
export interface FileMetadata {
  status: Status;
  message: string;
  timestamp: number;
}

/** An asset that the answer shows or has made. */
export interface FileResponseMessage {
  id: string;
  type: "file";
  file_type: FileType;
  file_name: string;
  version_number: number;
  version_id: string;
  filter_version_id: string | null;
  metadata: FileMetadata[];
}

/** A file's text: whole in `text`, or new text in `text_chunk`. */
export interface FileText {
  text: string | null;
  text_chunk: string | null;
  modified: unknown;
}

export type FileType = "metric" | "dashboard" | "report";

/** A step of the agent that makes files; replaces the former message of the same id. */
export interface FilesReasoningMessage {
  id: string;
  type: "files";
  title: string;
  secondary_title: string | null;
  status: Status;
  file_ids: string[];
  files: Record<string, ReasoningFile>;
}

/** A step of the agent, or a chunk of its text. */
export interface GeneratingReasoningMessageFrame {
  route: string | null;
  event: "generatingReasoningMessage";
  payload: ReasoningPayload;
  sent_by: null;
  error: null;
  send_method: "All";
  request_id?: string;
}

/** A part of the answer, or a chunk of its text. */
export interface GeneratingResponseMessageFrame {
  route: string | null;
  event: "generatingResponseMessage";
  payload: ResponsePayload;
  sent_by: null;
  error: null;
  send_method: "All";
  request_id?: string;
}

/** A chunk of the chat's title, or the whole title. */
export interface GeneratingTitleFrame {
  route: string | null;
  event: "generatingTitle";
  payload: TitlePayload;
  sent_by: null;
  error: null;
  send_method: "All";
  request_id?: string;
}

/** The answer to a get: the chat in its present state. */
export interface GetChatFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "getChat";
  payload: ChatPayload;
}

/** The role that one user has on a chat. */
export interface IndividualPermission {
  id: string;
  permission: Role;
}

/** The first frame of a turn: the chat and the new message are stored. */
export interface InitializeChatFrame {
  route: string | null;
  event: "initializeChat";
  payload: ChatPayload;
  sent_by: SenderPayload | null;
  error: null;
  send_method: "All";
  request_id?: string;
}

/** One turn of a chat: the request (null for a prompt-less turn), the reasoning and the answer. */
export interface MessagePayload {
  id: string;
  request_message: RequestMessage | null;
  response_message_ids: string[];
  response_messages: Record<string, ResponseMessage>;
  reasoning_message_ids: string[];
  reasoning_messages: Record<string, ReasoningMessage>;
  created_at: string;
  updated_at: string;
  final_reasoning_message: string | null;
  feedback: string | null;
  is_completed: boolean;
  post_processing_message: string | null;
}

/** A titled row of labels. */
export interface PillContainerPayload {
  title: string;
  pills: PillPayload[];
}

/** One short label. */
export interface PillPayload {
  id: string;
  text: string;
  type: string;
}

/** A step of the agent as rows of labels; replaces the former message of the same id. */
export interface PillsReasoningMessage {
  id: string;
  type: "pills";
  title: string;
  secondary_title: string | null;
  status: Status;
  pill_containers: PillContainerPayload[];
}

export type Progress = "in_progress" | "completed";

/** A file that a step makes. */
export interface ReasoningFile {
  id: string;
  file_type: FileType;
  file_name: string;
  version_number: number;
  version_id: string;
  status: Status;
  file: FileText;
  metadata: FileMetadata[] | null;
}

export type ReasoningMessage = TextReasoningMessage | PillsReasoningMessage | FilesReasoningMessage;

/** One step of the agent. */
export interface ReasoningPayload {
  reasoning: ReasoningMessage;
  chat_id: string;
  message_id: string;
  progress: Progress;
}

/** What the user asked. */
export interface RequestMessage {
  request: string | null;
  sender_id: string;
  sender_name: string | null;
  sender_avatar: string | null;
}

export type ResponseMessage = TextResponseMessage | FileResponseMessage;

/** One part of the answer. */
export interface ResponsePayload {
  response_message: ResponseMessage;
  chat_id: string;
  message_id: string;
  progress: Progress;
}

/** What a principal may do with a chat or an asset; declared from the weakest to the strongest. */
export type Role = "can_view" | "can_filter" | "can_edit" | "full_access" | "owner";

/** The user who sent the request. */
export interface SenderPayload {
  id: string;
  name: string;
}

export type Status = "loading" | "completed" | "failed";

/** The answer to a stop; `stopped` is false where nothing was running. */
export interface StopPayload {
  id: string;
  message_id: string | null;
  stopped: boolean;
}

/** The answer to a stop. */
export interface StopThreadFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "stopThread";
  payload: StopPayload;
}

/** A step of the agent in words: new text in `message_chunk`, or the whole text in `message`. */
export interface TextReasoningMessage {
  id: string;
  type: "text";
  title: string;
  secondary_title: string | null;
  message: string | null;
  message_chunk: string | null;
  status: Status;
  finished_reasoning: boolean;
}

/** A text of the answer: new text in `message_chunk`, or the whole text so far in `message`. */
export interface TextResponseMessage {
  id: string;
  type: "text";
  message: string | null;
  message_chunk: string | null;
  is_final_message: boolean;
  originating_tool_name: string | null;
}

/** New text of a title in `title_chunk` while in progress, then the whole title in `title`. */
export interface TitlePayload {
  title: string | null;
  title_chunk: string | null;
  chat_id: string;
  message_id: string;
  progress: Progress;
}

export type Request = ChatsPost | ChatsStop | ChatsGet;

export type AssetTypeName = "metric_file" | "dashboard_file" | "report_file" | "collection" | "chat" | "thread" | "dashboard_deprecated" | "metric" | "dashboard";

/** A request for a chat's present state. */
export interface ChatsGet {
  route: "/chats/get";
  payload: GetPayload;
  request_id?: string | null;
}

/** A request for a turn; a duplicate of the same `request_id` opens no second turn. */
export interface ChatsPost {
  route: "/chats/post" | "/threads/post" | "postThread";
  payload: PostPayload;
  request_id?: string | null;
}

/** A request to stop a turn. */
export interface ChatsStop {
  route: "/chats/stop" | "stopThread";
  payload: StopRequestPayload;
  request_id?: string | null;
}

/** The chat to return. */
export interface GetPayload {
  id: string;
  message_id?: string | null;
}

/** A turn to open: `prompt`, an asset or both for a new chat, or `prompt` with `chat_id`. */
export interface PostPayload {
  prompt?: string | null;
  chat_id?: string | null;
  message_id?: string | null;
  asset_id?: string | null;
  asset_type?: AssetTypeName | null;
  metric_id?: string | null;
  dashboard_id?: string | null;
}

/** The turn to stop: a chat's id, and the id of the message that the turn answers. */
export interface StopRequestPayload {
  id: string;
  message_id: string;
}
