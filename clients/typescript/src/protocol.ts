/** The types of the protocol. Generated from docs/protocol.schema.json: do not edit. */

export type Frame = InitializeChatFrame | GeneratingTitleFrame | GeneratingReasoningMessageFrame | GeneratingResponseMessageFrame | CompleteFrame | StopThreadFrame | GetChatFrame | GetChatsListFrame | UpdateChatFrame | DeleteChatFrame | DuplicateChatFrame | SearchChatsFrame | UnsubscribeFrame | UpdateMessageFrame | GetMetricListFrame | GetDashboardsListFrame | GetReportsListFrame | UpdateMetricStateFrame | FetchingDataFrame | GetDashboardStateFrame | GetReportStateFrame | SearchFrame | GetUsageFrame | ErrorFrame;

/** An asset in a list. `is_shared`: another user owns it. `permission` is the user's role. */
export interface AssetListItem {
  id: string;
  name: string;
  type: FileType;
  last_edited: string;
  created_by_name: string | null;
  is_shared: boolean;
  permission: Role;
}

/** What is left of the user's budget of this month; null without such a limit. */
export interface BudgetLeft {
  tokens_left: number | null;
  cost_usd_left: number | null;
  renews_at: string;
}

/** Which chat. */
export interface ChatId {
  id: string;
}

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

/** A column of a metric's rows; the extremes are null for texts, and without values. */
export interface ColumnMetadata {
  name: string;
  min_value: string | number | null;
  max_value: string | number | null;
  unique_values: number;
  simple_type: SimpleType;
  type: DataType;
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

/** The rows of a dashboard, without the metrics that the user may not see. */
export interface DashboardConfig {
  rows: DashboardRow[];
}

/** A dashboard; `file` is its definition as YAML, null where it does not fit into a frame. */
export interface DashboardPayload {
  id: string;
  type: "dashboard";
  name: string;
  description: string | null;
  version_number: number;
  config: DashboardConfig;
  file: string | null;
  created_at: string;
  updated_at: string;
}

/** A row of a dashboard; `columnSizes` are widths in twelfths, null for equal widths. */
export interface DashboardRow {
  id: string | number;
  items: RowItem[];
  columnSizes: number[] | null;
}

/** A dashboard with the metrics that the user may see; `withheld_metrics` counts the others. */
export interface DashboardStatePayload {
  access: Role;
  permission: Role;
  dashboard: DashboardPayload;
  metrics: MetricPayload[];
  withheld_metrics: number;
}

/** What all rows of a metric hold; `column_metadata` is empty where it does not fit into a frame. */
export interface DataMetadata {
  column_count: number;
  row_count: number;
  column_metadata: ColumnMetadata[];
}

export type DataType = "text" | "boolean" | "integer" | "float" | "date" | "timestamp";

/** The chats that were deleted. */
export interface DeleteChatFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "deleteChat";
  payload: ChatId[];
}

/** The copy of a chat. */
export interface DuplicateChatFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "duplicateChat";
  payload: ChatPayload;
}

/** What went wrong: `code` for programs, `message` for people, the rest where known. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  chat_id?: string;
  message_id?: string;
  reference_id?: string;
  retry_after_s?: number;
  budget?: BudgetLeft;
}

export type ErrorCode = "BAD_REQUEST" | "UNAUTHORIZED" | "NOT_FOUND" | "CONFLICT" | "TOO_MANY_REQUESTS" | "INTERNAL_SERVER_ERROR";

export type ErrorEvent = "postThread" | "stopThread" | "getChat" | "getChatsList" | "updateChat" | "deleteChat" | "duplicateChat" | "searchChats" | "unsubscribe" | "updateMessage" | "getMetricList" | "getDashboardsList" | "getReportsList" | "updateMetricState" | "getDashboardState" | "getReportState" | "search" | "getUsage" | "error";

/** The last frame of a request that failed, under the event that its route answers with. */
export interface ErrorFrame {
  route: string | null;
  event: ErrorEvent;
  payload: null;
  sent_by: null;
  error: ErrorBody;
  send_method: "SenderOnly";
  request_id?: string;
}

/** Rows of the metric. */
export interface FetchingDataFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "fetchingData";
  payload: RowsPayload;
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

/** A chat that a search has found; `additional_text` is from the question that has the words, or empty. */
export interface FoundChatPayload {
  id: string;
  title: string;
  additional_text: string;
  updated_at: string;
  created_by_name: string | null;
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

/** A page of the chats that the user sees, those changed last first. */
export interface GetChatsListFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  next_cursor: string | null;
  event: "getChatsList";
  payload: ListedChatPayload[];
}

/** A dashboard with its metrics. */
export interface GetDashboardStateFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "getDashboardState";
  payload: DashboardStatePayload;
}

/** A page of the user's dashboards, as `getMetricList`. */
export interface GetDashboardsListFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  next_cursor: string | null;
  event: "getDashboardsList";
  payload: AssetListItem[];
}

/** A page of the user's metrics, those edited last first. */
export interface GetMetricListFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  next_cursor: string | null;
  event: "getMetricList";
  payload: MetricListItem[];
}

/** A report. */
export interface GetReportStateFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "getReportState";
  payload: ReportPayload;
}

/** A page of the user's reports, as `getMetricList`. */
export interface GetReportsListFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  next_cursor: string | null;
  event: "getReportsList";
  payload: AssetListItem[];
}

/** What the user has used in this month. */
export interface GetUsageFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "getUsage";
  payload: UsagePayload;
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

/** A chat in a list: `name` is the title, `last_edited` the time of the last change. */
export interface ListedChatPayload {
  id: string;
  name: string;
  title: string;
  is_favorited: boolean;
  created_at: string;
  updated_at: string;
  last_edited: string;
  created_by: string;
  created_by_id: string;
  created_by_name: string | null;
  created_by_avatar: string | null;
  latest_file_id: string | null;
  latest_file_type: FileType | null;
  latest_version_number: number | null;
  is_shared: boolean;
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

/** A metric in a list; `title` is its name. */
export interface MetricListItem {
  id: string;
  name: string;
  type: FileType;
  last_edited: string;
  created_by_name: string | null;
  is_shared: boolean;
  permission: Role;
  title: string;
}

/** A metric without its rows; `file` is its definition as YAML. Null is also what does not fit a frame. */
export interface MetricPayload {
  id: string;
  type: "metric";
  title: string;
  name: string;
  version_number: number;
  description: string | null;
  file_name: string;
  time_frame: string | null;
  chart_config: Record<string, unknown> | null;
  data_metadata: DataMetadata | null;
  file: string | null;
  created_at: string;
  updated_at: string;
  permission: Role;
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

/** A report in Markdown; `file` is its definition as YAML, null where it does not fit into a frame. */
export interface ReportPayload {
  id: string;
  type: "report";
  name: string;
  description: string | null;
  content: string;
  version_number: number;
  file: string | null;
  created_at: string;
  updated_at: string;
  permission: Role;
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

/** A metric in a row of a dashboard. */
export interface RowItem {
  id: string;
}

/** The rows of a metric from `offset` on; `has_more_records`, in the last frame: others are not sent. */
export interface RowsPayload {
  metric_id: string;
  data: Record<string, unknown>[];
  offset: number;
  data_metadata: DataMetadata;
  chart_config: Record<string, unknown> | null;
  code: string | null;
  progress: Progress;
  has_more_records: boolean;
}

/** A page of the chats that a search has found, those changed last first. */
export interface SearchChatsFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  next_cursor: string | null;
  event: "searchChats";
  payload: FoundChatPayload[];
}

/** The assets that match, the best first. */
export interface SearchFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "search";
  payload: SearchItem[];
}

/** An asset that matches; `additional_text` is the beginning of its description. */
export interface SearchItem {
  id: string;
  name: string;
  type: FileType;
  additional_text: string;
  updated_at: string;
}

/** The user who sent the request. */
export interface SenderPayload {
  id: string;
  name: string;
}

export type SimpleType = "number" | "text" | "date";

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

/** The chat whose turns of other users this connection does not receive any more. */
export interface UnsubscribeFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "unsubscribe";
  payload: ChatId[];
}

/** The chat as it was changed, or shared. */
export interface UpdateChatFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "updateChat";
  payload: UpdatedChatPayload;
}

/** The message with its feedback. */
export interface UpdateMessageFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "updateMessage";
  payload: MessagePayload;
}

/** A metric without its rows, which follow. */
export interface UpdateMetricStateFrame {
  route: string | null;
  sent_by: null;
  error: null;
  send_method: "SenderOnly";
  request_id?: string;
  event: "updateMetricState";
  payload: MetricPayload;
}

/** A chat; after a request to share it, `not_found` are the addresses of no user of the organisation. */
export interface UpdatedChatPayload {
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
  not_found?: string[];
}

/** Tokens and US dollars of a month; null without such a limit. */
export interface UsageLimits {
  tokens: number | null;
  cost_usd: number | null;
}

/** What the user has used in the month (`2026-03`, in UTC), the budget, and what is left of it. */
export interface UsagePayload {
  month: string;
  tokens: number;
  cost_usd: number;
  model_calls: number;
  budget: UsageLimits;
  left: UsageLimits;
  renews_at: string;
}

export type Request = ChatsPost | ChatsStop | ChatsGet | ChatsList | ChatsUpdate | ChatsDelete | ChatsDuplicate | ChatsSearch | ChatsUnsubscribe | ChatsShare | MessagesUpdate | MetricsList | DashboardsList | ReportsList | MetricsGet | DashboardsGet | ReportsGet | Search | UsageGet;

/** The asset to return. */
export interface AssetGetPayload {
  id: string;
}

/** What to search for, in which types. */
export interface AssetSearchPayload {
  query: string;
  num_results?: number | null;
  exclude_metrics?: boolean | null;
  exclude_dashboards?: boolean | null;
  exclude_reports?: boolean | null;
}

export type AssetTypeName = "metric_file" | "dashboard_file" | "report_file" | "collection" | "chat" | "thread" | "dashboard_deprecated" | "metric" | "dashboard";

/** A request to delete chats: all of them or, where one is refused, none. */
export interface ChatsDelete {
  route: "/chats/delete";
  payload: DeletePayload[];
  request_id?: string | null;
}

/** A request to copy a chat; a duplicate of the same `request_id` makes no second copy. */
export interface ChatsDuplicate {
  route: "/chats/duplicate";
  payload: DuplicatePayload;
  request_id?: string | null;
}

/** A request for a chat's present state. */
export interface ChatsGet {
  route: "/chats/get";
  payload: GetPayload;
  request_id?: string | null;
}

/** A request for the chats that the user sees. */
export interface ChatsList {
  route: "/chats/list";
  payload: ListPayload;
  request_id?: string | null;
}

/** A request for a turn; a duplicate of the same `request_id` opens no second turn. */
export interface ChatsPost {
  route: "/chats/post" | "/threads/post" | "postThread";
  payload: PostPayload;
  request_id?: string | null;
}

/** A request for the user's own chats in whose titles or questions all words occur. */
export interface ChatsSearch {
  route: "/chats/search";
  payload: SearchPayload;
  request_id?: string | null;
}

/** A request to share a chat within one's own organisation. */
export interface ChatsShare {
  route: "/chats/share";
  payload: SharePayload;
  request_id?: string | null;
}

/** A request to stop a turn. */
export interface ChatsStop {
  route: "/chats/stop" | "stopThread";
  payload: StopRequestPayload;
  request_id?: string | null;
}

/** A request for no more turns that others start in a chat, on this connection. */
export interface ChatsUnsubscribe {
  route: "/chats/unsubscribe";
  payload: UnsubscribePayload;
  request_id?: string | null;
}

/** A request to rename a chat, or to mark it. */
export interface ChatsUpdate {
  route: "/chats/update";
  payload: UpdatePayload;
  request_id?: string | null;
}

/** A request for a dashboard with its metrics. */
export interface DashboardsGet {
  route: "/dashboards/get";
  payload: AssetGetPayload;
  request_id?: string | null;
}

/** A request for a page of the user's dashboards. */
export interface DashboardsList {
  route: "/dashboards/list";
  payload: PagePayload;
  request_id?: string | null;
}

/** A chat to delete. */
export interface DeletePayload {
  id: string;
}

/** The chat to copy, from a message on. */
export interface DuplicatePayload {
  id: string;
  message_id?: string | null;
}

/** What the user thinks of an answer; null takes it back. */
export interface FeedbackPayload {
  id: string;
  chat_id: string;
  feedback: "positive" | "negative" | null;
  comment?: string | null;
}

/** The chat to return. */
export interface GetPayload {
  id: string;
  message_id?: string | null;
}

/** A page of the user's chats; `admin_view` has no effect. */
export interface ListPayload {
  page_token?: number | null;
  page_size?: number | null;
  cursor?: string | null;
  admin_view?: boolean | null;
}

/** A request to rate an answer. */
export interface MessagesUpdate {
  route: "/messages/update";
  payload: FeedbackPayload;
  request_id?: string | null;
}

/** The metric to return; only its present version is stored, so `version_number` has no effect. */
export interface MetricGetPayload {
  id: string;
  version_number?: number | null;
}

/** A request for a metric with its rows. */
export interface MetricsGet {
  route: "/metrics/get";
  payload: MetricGetPayload;
  request_id?: string | null;
}

/** A request for a page of the user's metrics. */
export interface MetricsList {
  route: "/metrics/list";
  payload: PagePayload;
  request_id?: string | null;
}

/** Which page of a list: by `cursor`, the `next_cursor` of the page before, or by number, from 0. */
export interface PagePayload {
  page_token?: number | null;
  page_size?: number | null;
  cursor?: string | null;
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

/** A request for a report. */
export interface ReportsGet {
  route: "/reports/get";
  payload: AssetGetPayload;
  request_id?: string | null;
}

/** A request for a page of the user's reports. */
export interface ReportsList {
  route: "/reports/list";
  payload: PagePayload;
  request_id?: string | null;
}

/** A request for assets by words of their names and descriptions. */
export interface Search {
  route: "/search";
  payload: AssetSearchPayload;
  request_id?: string | null;
}

/** The words to look for, in `query` or in `prompt`. */
export interface SearchPayload {
  page_token?: number | null;
  page_size?: number | null;
  cursor?: string | null;
  query?: string | null;
  prompt?: string | null;
}

/** A user of one's own organisation, and the role to grant. */
export interface ShareGrant {
  email: string;
  role: "full_access" | "can_edit" | "can_filter" | "can_view";
}

/** With whom to share a chat, and with whom no more; `publicly_accessible` must not be true yet. */
export interface SharePayload {
  id: string;
  users?: ShareGrant[] | null;
  remove?: string[] | null;
  workspace_sharing?: "none" | "can_view" | "can_edit" | "full_access" | null;
  publicly_accessible?: boolean | null;
  public_expiry_date?: string | null;
}

/** The turn to stop: a chat's id, and the id of the message that the turn answers. */
export interface StopRequestPayload {
  id: string;
  message_id: string;
}

/** The chat that is closed. */
export interface UnsubscribePayload {
  id: string;
}

/** A chat's new title, the user's mark on it, or both. */
export interface UpdatePayload {
  id: string;
  title?: string | null;
  is_favorited?: boolean | null;
}

/** A request for what the user has used in this month. */
export interface UsageGet {
  route: "/usage/get";
  payload: UsageGetPayload;
  request_id?: string | null;
}

/** Nothing. */
export interface UsageGetPayload {
}
