/** The routes with one answer: a further route is one line in `Replies`. `/chats/post` opens a turn instead. */

import type {
  DeleteChatFrame,
  DuplicateChatFrame,
  GetChatFrame,
  GetChatsListFrame,
  GetDashboardsListFrame,
  GetDashboardStateFrame,
  GetMetricListFrame,
  GetReportsListFrame,
  GetReportStateFrame,
  GetUsageFrame,
  Request,
  SearchChatsFrame,
  SearchFrame,
  StopThreadFrame,
  UnsubscribeFrame,
  UpdateChatFrame,
  UpdateMessageFrame,
} from "./protocol.js";

/** The payload of each route's answer. */
export interface Replies {
  "/chats/get": GetChatFrame["payload"];
  "/chats/stop": StopThreadFrame["payload"];
  "/chats/list": GetChatsListFrame["payload"];
  "/chats/update": UpdateChatFrame["payload"];
  "/chats/delete": DeleteChatFrame["payload"];
  "/chats/duplicate": DuplicateChatFrame["payload"];
  "/chats/search": SearchChatsFrame["payload"];
  "/chats/share": UpdateChatFrame["payload"];
  "/chats/unsubscribe": UnsubscribeFrame["payload"];
  "/messages/update": UpdateMessageFrame["payload"];
  "/dashboards/get": GetDashboardStateFrame["payload"];
  "/dashboards/list": GetDashboardsListFrame["payload"];
  "/metrics/list": GetMetricListFrame["payload"];
  "/reports/get": GetReportStateFrame["payload"];
  "/reports/list": GetReportsListFrame["payload"];
  "/search": SearchFrame["payload"];
  "/usage/get": GetUsageFrame["payload"];
}

/** The payload that a request of a route has. */
export type PayloadOf<Route, R = Request> = R extends { route: infer Routes; payload: infer Payload }
  ? Route extends Routes
    ? Payload
    : never
  : never;
