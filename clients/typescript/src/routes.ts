/**
 * The routes with an answer of one frame: a further route is one line in `Replies`. `/chats/post` opens a turn instead,
 * and `/metrics/get` is answered by several frames.
 */

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
  "/chats/delete": DeleteChatFrame["payload"];
  "/chats/duplicate": DuplicateChatFrame["payload"];
  "/chats/get": GetChatFrame["payload"];
  "/chats/list": GetChatsListFrame["payload"];
  "/chats/search": SearchChatsFrame["payload"];
  "/chats/share": UpdateChatFrame["payload"];
  "/chats/stop": StopThreadFrame["payload"];
  "/chats/unsubscribe": UnsubscribeFrame["payload"];
  "/chats/update": UpdateChatFrame["payload"];
  "/dashboards/get": GetDashboardStateFrame["payload"];
  "/dashboards/list": GetDashboardsListFrame["payload"];
  "/messages/update": UpdateMessageFrame["payload"];
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

/** The routes whose answer is a list, which may have further pages. */
export type ListRoute = {
  [Route in keyof Replies]: Replies[Route] extends readonly unknown[] ? Route : never;
}[keyof Replies];

/** The routes whose list has pages. */
export type PagedRoute = {
  [Route in ListRoute]: "cursor" extends keyof PayloadOf<Route> ? Route : never;
}[ListRoute];

/** An item of a list. */
export type ItemOf<Route extends ListRoute> = Replies[Route][number];
