/** The typed requests: what each sends and returns, the pages of lists, a metric in several frames. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { type AnyFrame, NotFound, type Request, Threadcast, TimedOut } from "@threadcast/client";

import { CHAT, chat, error, frame, MESSAGE, message } from "./frames.ts";
import { controlled, FakeSocket, FakeWebSocket, pass, settled } from "./sockets.ts";

type Route = Extract<Request["route"], `/${string}`>;
/** Routes that open a turn, or are answered by several frames; every other one has a case below. */
type Special = "/chats/post" | "/threads/post" | "/metrics/get";

interface Case {
  call(client: Threadcast): Promise<unknown>;
  sent: object;
  answer: unknown;
  result: unknown;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const one = [{ id: "1" }];

const CASES: Record<Exclude<Route, Special>, Case> = {
  "/chats/delete": {
    call: (client) => client.deleteChats(CHAT, "2"),
    sent: [{ id: CHAT }, { id: "2" }],
    answer: [{ id: CHAT }, { id: "2" }],
    result: undefined,
  },
  "/chats/duplicate": {
    call: (client) => client.duplicateChat(CHAT, MESSAGE),
    sent: { id: CHAT, message_id: MESSAGE },
    answer: chat(),
    result: chat(),
  },
  "/chats/get": { call: (client) => client.getChat(CHAT), sent: { id: CHAT }, answer: chat(), result: chat() },
  "/chats/list": {
    call: (client) => all(client.listChats({ page_size: 9 })),
    sent: { page_size: 9 },
    answer: one,
    result: one,
  },
  "/chats/search": {
    call: (client) => all(client.searchChats("rain")),
    sent: { query: "rain" },
    answer: one,
    result: one,
  },
  "/chats/share": {
    call: (client) => client.shareChat(CHAT, { users: [{ email: "bo@x.org", role: "can_edit" }] }),
    sent: { id: CHAT, users: [{ email: "bo@x.org", role: "can_edit" }] },
    answer: { ...chat(), not_found: ["bo@x.org"] },
    result: { ...chat(), not_found: ["bo@x.org"] },
  },
  "/chats/stop": {
    call: (client) => client.stop(CHAT, MESSAGE),
    sent: { id: CHAT, message_id: MESSAGE },
    answer: { id: CHAT, message_id: MESSAGE, stopped: true },
    result: true,
  },
  "/chats/unsubscribe": {
    call: (client) => client.unsubscribe(CHAT),
    sent: { id: CHAT },
    answer: [{ id: CHAT }],
    result: undefined,
  },
  "/chats/update": {
    call: (client) => client.updateChat(CHAT, { title: "Rain", is_favorited: false }),
    sent: { id: CHAT, title: "Rain", is_favorited: false },
    answer: chat(),
    result: chat(),
  },
  "/dashboards/get": {
    call: (client) => client.getDashboard("d"),
    sent: { id: "d" },
    answer: { metrics: [] },
    result: { metrics: [] },
  },
  "/dashboards/list": { call: (client) => all(client.listDashboards()), sent: {}, answer: one, result: one },
  "/messages/update": {
    call: (client) => client.rateMessage(CHAT, MESSAGE, "positive", "Yes"),
    sent: { chat_id: CHAT, id: MESSAGE, feedback: "positive", comment: "Yes" },
    answer: message(),
    result: message(),
  },
  "/metrics/list": { call: (client) => all(client.listMetrics()), sent: {}, answer: one, result: one },
  "/reports/get": { call: (client) => client.getReport("r"), sent: { id: "r" }, answer: one[0], result: one[0] },
  "/reports/list": { call: (client) => all(client.listReports()), sent: {}, answer: one, result: one },
  "/search": {
    call: (client) => client.search("rain", { num_results: 3 }),
    sent: { query: "rain", num_results: 3 },
    answer: one,
    result: one,
  },
  "/usage/get": { call: (client) => client.getUsage(), sent: {}, answer: { tokens: 5 }, result: { tokens: 5 } },
};

beforeEach(controlled);

async function opened(): Promise<Threadcast> {
  const client = new Threadcast({ url: "wss://host/prod", token: "jwt", WebSocket: FakeWebSocket, heartbeatMs: 1e9 });
  client.open();
  await settled();
  FakeSocket.last.open();
  return client;
}

/** Deliver frames as the answer to the newest request. */
async function answer(...frames: AnyFrame[]): Promise<void> {
  await settled();
  const { request_id } = FakeSocket.last.sent.at(-1)!;
  for (const each of frames) FakeSocket.last.deliver({ ...each, request_id });
  await settled();
}

function rows(offset: number, values: number[], fields: object = {}): AnyFrame {
  const data = values.map((value) => ({ n: value }));
  const part = { progress: "in_progress", has_more_records: false, data_metadata: {}, ...fields };
  return frame("fetchingData", { offset, data, ...part });
}

for (const [route, { call, sent, answer: payload, result }] of Object.entries(CASES)) {
  test(`${route} sends its payload and returns the payload of its answer`, async () => {
    const client = await opened();
    const returned = call(client);
    await answer(frame("answer", payload, { next_cursor: null }));

    const [request] = FakeSocket.last.sent;
    assert.deepEqual([request!.route, request!.payload], [route, sent]);
    assert.deepEqual(await returned, result);
  });
}

test("a list requests its pages by cursor, each when it is needed, until the last", async () => {
  const client = await opened();
  const chats = client.listChats({ page_size: 1 });
  const first = chats.next();
  await answer(frame("getChatsList", [{ id: "1" }], { next_cursor: "a" }));
  const requestedAtFirst = FakeSocket.last.sent.length;
  const rest = all(chats);
  await answer(frame("getChatsList", [], { next_cursor: "b" }));
  await answer(frame("getChatsList", [{ id: "2" }], { next_cursor: null }));

  assert.deepEqual([requestedAtFirst, (await first).value], [1, { id: "1" }]);
  assert.deepEqual(await rest, [{ id: "2" }]);
  assert.deepEqual(
    FakeSocket.last.sent.map((each) => each.payload),
    [{ page_size: 1 }, { page_size: 1, cursor: "a" }, { page_size: 1, cursor: "b" }],
  );
});

test("a copy that is requested again keeps its request id", async () => {
  const client = await opened();
  const copy = client.duplicateChat(CHAT, null, "r-1");
  await answer(frame("duplicateChat", chat()));

  assert.equal(FakeSocket.last.sent[0]!.request_id, "r-1");
  assert.deepEqual(await copy, chat());
});

test("the frames of a metric become one result, though one came twice", async () => {
  const client = await opened();
  const metric = client.getMetric("m");
  const last = rows(2, [3], { progress: "completed", has_more_records: true });
  await answer(frame("updateMetricState", { id: "m" }), rows(0, [1, 2]), rows(0, [1, 2]), last);

  const expected = { definition: { id: "m" }, rows: [{ n: 1 }, { n: 2 }, { n: 3 }], metadata: {}, isCut: true };
  assert.deepEqual(await metric, expected);
});

test("rows that stop arriving time out, and rows that arrive slowly do not", async () => {
  const client = await opened();
  const metric = client.getMetric("m");
  metric.catch(() => {});
  await answer(frame("updateMetricState", { id: "m" }));
  await pass(45_000);
  await answer(rows(0, [1]));
  await pass(45_000);
  await answer(rows(1, [2]));
  await pass(60_000);

  await assert.rejects(metric, new TimedOut("/metrics/get", 60_000));
});

test("a metric that is refused rejects with the class of its code", async () => {
  const client = await opened();
  const metric = client.getMetric("m");
  await answer(error("NOT_FOUND", "Asset not found", {}, "updateMetricState"));

  await assert.rejects(metric, NotFound);
});
