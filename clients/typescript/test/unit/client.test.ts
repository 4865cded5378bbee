/** Connection, requests and turns, on sockets and a clock that the test controls. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  BadRequest,
  type ClientOptions,
  Conflict,
  ConnectionLost,
  RequestFailed,
  RequestTooLarge,
  Threadcast,
  TimedOut,
  TooManyRequests,
} from "@threadcast/client";

import { CHAT, chat, chunk, error, frame, MESSAGE, message } from "./frames.ts";
import { controlled, FakeSocket, FakeWebSocket, pass, settled } from "./sockets.ts";

const MINUTE = 60_000;

beforeEach(controlled);

function newClient(options: Partial<ClientOptions> = {}): Threadcast {
  return new Threadcast({ url: "wss://host/prod", token: "jwt", WebSocket: FakeWebSocket, ...options });
}

async function opened(options: Partial<ClientOptions> = {}): Promise<Threadcast> {
  const client = newClient(options);
  client.open();
  await settled();
  FakeSocket.last.open();
  return client;
}

test("the token is a subprotocol by default, and a query parameter if asked for", async () => {
  await opened();
  await opened({ tokenIn: "query", token: () => Promise.resolve("a+b") });

  const [first, second] = FakeSocket.all;
  assert.deepEqual([first!.url, first!.protocols], ["wss://host/prod", ["bearer", "jwt"]]);
  assert.deepEqual([second!.url, second!.protocols], ["wss://host/prod?authentication=a%2Bb", undefined]);
});

test("a request that is made before the socket is open is sent once it is", async () => {
  const client = newClient();
  const answer = client.getChat(CHAT);
  await settled();
  FakeSocket.last.open();
  const [sent] = FakeSocket.last.sent;
  FakeSocket.last.deliver(frame("getChat", chat(), { request_id: sent!.request_id }));

  assert.deepEqual([sent!.route, sent!.payload], ["/chats/get", { id: CHAT }]);
  assert.deepEqual(await answer, chat());
});

test("handshakes are repeated after pauses that double up to a minute, then requests fail", async () => {
  const client = newClient({ maxAttempts: 8, timeoutMs: 60 * MINUTE });
  const answer = client.getChat(CHAT);
  answer.catch(() => {});
  await settled();
  const pauses: number[] = [];
  while (FakeSocket.all.length < 9) {
    const before = FakeSocket.all.length;
    FakeSocket.last.drop();
    let waited = 0;
    for (; FakeSocket.all.length === before; waited += 500) await pass(500);
    pauses.push(waited / 1000);
  }
  FakeSocket.last.drop(1006, "refused");

  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
  await assert.rejects(answer, new ConnectionLost(1006, "refused"));
});

test("after a failure the next request connects again", async () => {
  const client = newClient({ maxAttempts: 0 });
  const first = client.getChat(CHAT);
  await settled();
  FakeSocket.last.drop();
  await assert.rejects(first, ConnectionLost);

  client.getChat(CHAT).catch(() => {});
  await settled();

  assert.equal(FakeSocket.all.length, 2);
});

test("the token is requested for each handshake", async () => {
  let made = 0;
  await opened({ token: () => `token-${(made += 1)}` });
  FakeSocket.last.drop();
  await pass(1000);

  assert.deepEqual(FakeSocket.last.protocols, ["bearer", "token-2"]);
});

test("a heartbeat is sent after five minutes without traffic, and a socket that does not answer is replaced", async () => {
  await opened();
  const socket = FakeSocket.last;
  await pass(4 * MINUTE);
  socket.deliver(frame("unknown", null));
  await pass(4 * MINUTE);
  const early = socket.sent.length;
  await pass(MINUTE);
  socket.deliver(error("BAD_REQUEST", "Unknown route", { request_id: "ping" }, "error"));
  await pass(5 * MINUTE + 30_000);
  const heartbeats = socket.sent.map((each) => each.route);
  await pass(1000);

  assert.equal(early, 0);
  assert.deepEqual(heartbeats, ["/ping", "/ping"]);
  assert.equal(FakeSocket.all.length, 2);
});

test("before two hours a second socket opens, and only then the first closes", async () => {
  const client = await opened({ heartbeatMs: 1e9 });
  const first = FakeSocket.last;
  await pass(110 * MINUTE);
  const second = FakeSocket.last;
  const whileBothAreOpen = [second !== first, first.closedWith, client.isOpen];
  second.open();
  client.getChat(CHAT).catch(() => {});

  assert.deepEqual(whileBothAreOpen, [true, null, true]);
  assert.equal(first.closedWith, 1000);
  assert.deepEqual([first.sent.length, second.sent.length], [0, 1]);
});

test("a socket is not replaced while a turn runs, until API Gateway would close it", async () => {
  const client = await opened({ heartbeatMs: 1e9 });
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id: turn.requestId }));
  await pass(117 * MINUTE);
  const during = FakeSocket.all.length;
  await pass(MINUTE + 10_000);

  assert.deepEqual([during, FakeSocket.all.length], [1, 2]);
});

test("a message that is not a JSON object closes the socket, and another one opens", async () => {
  for (const text of ["not JSON", "[]", "null"]) {
    await opened();
    FakeSocket.last.deliver(text);
    const before = FakeSocket.all.length;
    await pass(1000);

    assert.equal(FakeSocket.all.length, before + 1, text);
  }
});

test("a turn yields its frames and returns the chat at its end", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  const request_id = turn.requestId;
  const frames = [
    frame("initializeChat", chat(message()), { request_id }),
    chunk("Be", { request_id }),
    frame("complete", chat(message({ is_completed: true })), { request_id }),
  ];
  for (const each of frames) FakeSocket.last.deliver(each);
  FakeSocket.last.deliver(chunk("of another turn", { request_id: "other" }));

  const received = [];
  for await (const each of turn) received.push(each);
  assert.deepEqual(received, frames);
  assert.deepEqual(await turn.result, chat(message({ is_completed: true })));
  assert.deepEqual([turn.chatId, turn.messageId], [CHAT, MESSAGE]);
});

test("an error frame rejects the turn with the class of its code", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.deliver(error("CONFLICT", "Another turn is running", { request_id: turn.requestId }));

  const failure = { code: "CONFLICT", message: "Another turn is running", name: "Conflict" };
  await assert.rejects(turn.result, failure);
  await assert.rejects(turn[Symbol.asyncIterator]().next(), Conflict);
});

test("too many requests say when to send again", async () => {
  const client = await opened();
  const answer = client.getChat(CHAT);
  const { request_id } = FakeSocket.last.sent[0]!;
  const refused = { code: "TOO_MANY_REQUESTS", message: "Slow down", retry_after_s: 1.5 };
  FakeSocket.last.deliver(frame("getChat", null, { error: refused, request_id }));

  const failure = await answer.catch((each: unknown) => each);
  assert.ok(failure instanceof TooManyRequests && failure instanceof RequestFailed);
  assert.equal(failure.retryAfterMs, 1500);
});

test("an error without a request id fails the oldest request without any frame", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id: turn.requestId }));
  const [first, second] = [client.getChat(CHAT), client.getChat(CHAT)];
  FakeSocket.last.deliver({ message: "Endpoint request timed out", connectionId: "x=", requestId: "y=" });
  FakeSocket.last.deliver(error("BAD_REQUEST", "Not JSON", {}, "error"));

  await assert.rejects(first, { code: null, message: "Endpoint request timed out" });
  await assert.rejects(second, BadRequest);
  assert.equal(turn.isOver, false);
});

test("a request without an answer times out, and a turn that has begun does not", async () => {
  const client = await opened({ heartbeatMs: 1e9 });
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id: turn.requestId }));
  const answer = client.stop(CHAT, MESSAGE);
  answer.catch(() => {});
  await pass(MINUTE);

  await assert.rejects(answer, new TimedOut("/chats/stop", MINUTE));
  assert.equal(turn.isOver, false);
});

test("a request larger than API Gateway's frame is refused before it is sent", async () => {
  const client = await opened();

  assert.throws(() => client.post({ prompt: "🙂".repeat(9_000) }), RequestTooLarge);
  assert.deepEqual(FakeSocket.last.sent, []);
});

test("after a reconnect a turn without any frame is sent again with the same id", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.drop();
  await pass(1000);
  FakeSocket.last.open();

  assert.deepEqual(FakeSocket.last.sent.map((each) => each.request_id), [turn.requestId]);
});

test("after a reconnect a turn that ended in between takes the stored chat as its end", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id: turn.requestId }));
  FakeSocket.last.drop();
  await pass(1000);
  FakeSocket.last.open();
  const [get] = FakeSocket.last.sent;
  const stored = chat(message({ is_completed: true }));
  FakeSocket.last.deliver(frame("getChat", stored, { request_id: get!.request_id }));

  assert.equal(get!.route, "/chats/get");
  assert.deepEqual(await turn.result, stored);
});

test("after a reconnect a turn that still runs waits for its own end", async () => {
  const client = await opened();
  const turn = client.post({ prompt: "Why?" });
  const request_id = turn.requestId;
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id }));
  FakeSocket.last.drop();
  await pass(1000);
  FakeSocket.last.open();
  FakeSocket.last.deliver(frame("getChat", chat(message()), { request_id: FakeSocket.last.sent[0]!.request_id }));
  await settled();
  const isOver = turn.isOver;
  FakeSocket.last.deliver(frame("complete", chat(message({ is_completed: true })), { request_id }));

  assert.equal(isOver, false);
  assert.equal((await turn.result).messages[MESSAGE]?.is_completed, true);
});

test("a followed turn receives its frames by their ids, and ends with a newer turn's snapshot", async () => {
  const client = await opened();
  const turn = client.follow(CHAT, MESSAGE);
  FakeSocket.last.deliver(chunk("Be", { request_id: "of another connection" }));
  FakeSocket.last.deliver(error("NOT_FOUND", "of a stop", { route: "/chats/stop" }, "stopThread"));
  const newer = chat(message({ is_completed: true }), message({ id: "newer" }));
  FakeSocket.last.deliver(frame("initializeChat", newer));

  assert.deepEqual(await turn.result, newer);
});

test("a followed turn that ended before any frame arrived is found by a get", async () => {
  const client = await opened();
  const turn = client.follow(CHAT, MESSAGE);
  await pass(5000);
  const [get] = FakeSocket.last.sent;
  const stored = chat(message({ is_completed: true }));
  FakeSocket.last.deliver(frame("getChat", stored, { request_id: get!.request_id }));

  assert.deepEqual(await turn.result, stored);
});

test("closing the client rejects what is unanswered and opens nothing again", async () => {
  const client = await opened();
  const answer = client.getChat(CHAT);
  client.close();
  FakeSocket.last.drop();
  await pass(2 * MINUTE);

  await assert.rejects(answer, ConnectionLost);
  assert.deepEqual([FakeSocket.all.length, FakeSocket.last.closedWith], [1, 1000]);
});
