/** The Threadcast client: connection, typed requests, turns, and the fold of frames to a chat. */

export { Chat } from "./chat.js";
export { type ClientOptions, Threadcast } from "./client.js";
export type { ConnectionOptions, ConnectionState } from "./connection.js";
export * from "./errors.js";
export { type AnyFrame, type ChatState, EMPTY, fold } from "./fold.js";
export type * from "./protocol.js";
export type { Metric } from "./metric-reply.js";
export type { Page, PageOptions } from "./requests.js";
export type { ItemOf, ListRoute, PagedRoute, PayloadOf, Replies } from "./routes.js";
export { isGatewayFrame, Turn } from "./turn.js";
