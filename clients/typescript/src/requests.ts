/** A method for each route that opens no turn, over the one generic request; lists are iterated over page by page. */

import type {
  AssetSearchPayload,
  ChatPayload,
  DashboardStatePayload,
  FeedbackPayload,
  MessagePayload,
  ReportPayload,
  SharePayload,
  UpdatePayload,
  UsagePayload,
} from "./protocol.js";
import type { ItemOf, ListRoute, PagedRoute, PayloadOf, Replies } from "./routes.js";

/** How many items to ask for at once, 1 to 100. */
export interface PageOptions {
  page_size?: number;
}

/** A page of a list, and the `cursor` of the next page; null at the end. */
export interface Page<Route extends ListRoute> {
  items: Replies[Route];
  nextCursor: string | null;
}

export abstract class Requests {
  /** Send a request with one answer and return its payload. */
  abstract request<Route extends keyof Replies>(
    route: Route,
    payload: PayloadOf<Route>,
    requestId?: string,
  ): Promise<Replies[Route]>;

  /** Return one page of a list. */
  abstract page<Route extends ListRoute>(route: Route, payload: PayloadOf<Route>): Promise<Page<Route>>;

  /** Iterate over a list; each page is requested once the items of the former one are used up. */
  async *items<Route extends PagedRoute>(
    route: Route,
    payload: PayloadOf<Route>,
  ): AsyncGenerator<ItemOf<Route>, void, undefined> {
    let cursor: string | null = null;
    do {
      const page: Page<Route> = await this.page(route, cursor === null ? payload : { ...payload, cursor });
      yield* page.items as Iterable<ItemOf<Route>>;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  getChat(id: string): Promise<ChatPayload> {
    return this.request("/chats/get", { id });
  }

  /** Request a running turn to stop; return whether one was running. The turn ends with its own `complete`. */
  async stop(chatId: string, messageId: string): Promise<boolean> {
    return (await this.request("/chats/stop", { id: chatId, message_id: messageId })).stopped;
  }

  /** The user's chats and those shared with the user, the ones changed last first. */
  listChats(options: PageOptions = {}): AsyncGenerator<ItemOf<"/chats/list">> {
    return this.items("/chats/list", options);
  }

  /** The user's own chats in whose title, or in one of whose questions, every word of `query` occurs. */
  searchChats(query: string, options: PageOptions = {}): AsyncGenerator<ItemOf<"/chats/search">> {
    return this.items("/chats/search", { ...options, query });
  }

  /** Rename a chat, set the user's own mark on it, or both. */
  updateChat(id: string, changes: Omit<UpdatePayload, "id">): Promise<Replies["/chats/update"]> {
    return this.request("/chats/update", { ...changes, id });
  }

  /** Delete up to 25 chats; where one is refused, none is deleted. */
  async deleteChats(...ids: string[]): Promise<void> {
    await this.request("/chats/delete", ids.map((id) => ({ id })));
  }

  /** Return a copy of a chat, from a message on. Sending it again with the same `requestId` makes no second one. */
  duplicateChat(id: string, messageId: string | null = null, requestId?: string): Promise<ChatPayload> {
    return this.request("/chats/duplicate", { id, message_id: messageId }, requestId);
  }

  /** Share a chat within the user's organisation; the answer's `not_found` are unknown addresses. */
  shareChat(id: string, sharing: Omit<SharePayload, "id">): Promise<Replies["/chats/share"]> {
    return this.request("/chats/share", { ...sharing, id });
  }

  /** Receive no more turns that other users start in a shared chat, on this connection. */
  async unsubscribe(id: string): Promise<void> {
    await this.request("/chats/unsubscribe", { id });
  }

  /** Rate an answer; null takes the rating back. */
  rateMessage(
    chatId: string,
    id: string,
    feedback: FeedbackPayload["feedback"],
    comment: string | null = null,
  ): Promise<MessagePayload> {
    return this.request("/messages/update", { chat_id: chatId, id, feedback, comment });
  }

  /** The metrics on which the user has a role, the ones edited last first. */
  listMetrics(options: PageOptions = {}): AsyncGenerator<ItemOf<"/metrics/list">> {
    return this.items("/metrics/list", options);
  }

  listDashboards(options: PageOptions = {}): AsyncGenerator<ItemOf<"/dashboards/list">> {
    return this.items("/dashboards/list", options);
  }

  listReports(options: PageOptions = {}): AsyncGenerator<ItemOf<"/reports/list">> {
    return this.items("/reports/list", options);
  }

  /** Return a dashboard with those of its metrics that the user may see, without their rows. */
  getDashboard(id: string): Promise<DashboardStatePayload> {
    return this.request("/dashboards/get", { id });
  }

  getReport(id: string): Promise<ReportPayload> {
    return this.request("/reports/get", { id });
  }

  /** Return the assets that match every word of `query`, the best first. */
  search(query: string, options: Omit<AssetSearchPayload, "query"> = {}): Promise<Replies["/search"]> {
    return this.request("/search", { ...options, query });
  }

  /** Return what the user has used in this month, and what is left of the budget. */
  getUsage(): Promise<UsagePayload> {
    return this.request("/usage/get", {});
  }
}
