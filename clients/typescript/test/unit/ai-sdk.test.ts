/** The transport under AI SDK's own `Chat`, on recorded frames. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Chat } from "@ai-sdk/react";
import { type AnyFrame, type ChatPayload, NotFound, Threadcast } from "@threadcast/client";
import {
  ChunkMapper,
  requestIdOf,
  ThreadcastChatTransport,
  type ThreadcastUIMessage,
  toUIMessages,
} from "@threadcast/client/ai-sdk";
import type { UIMessageChunk } from "ai";

import { CHAT, chat, chunk, error, frame, MESSAGE, message, OTHER_MESSAGE, recording, whole } from "./frames.ts";
import { FakeSocket, FakeWebSocket } from "./sockets.ts";

let client: Threadcast;

beforeEach(() => {
  FakeSocket.all = [];
  client = new Threadcast({ url: "wss://host/prod", WebSocket: FakeWebSocket });
  client.open();
});

afterEach(() => client.close());

async function until<T>(probe: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = probe();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function newChat(init: { id?: string; messages?: ThreadcastUIMessage[] } = {}) {
  (await until(() => FakeSocket.all.at(-1))).open();
  const data: unknown[] = [];
  const transport = new ThreadcastChatTransport(client);
  const sdk = new Chat<ThreadcastUIMessage>({ ...init, transport, onData: (part) => data.push(part) });
  return { sdk, transport, data };
}

/** Answer the newest request of a route with these frames. */
async function answer(route: string, frames: AnyFrame[], nth = 1): Promise<Record<string, unknown>> {
  const sent = await until(() => FakeSocket.last.sent.filter((each) => each.route === route)[nth - 1]);
  for (const each of frames) FakeSocket.last.deliver({ ...each, request_id: sent.request_id });
  return sent.payload;
}

function completeOf(frames: AnyFrame[]): ChatPayload {
  return frames.at(-1)!.payload as ChatPayload;
}

for (const name of ["follow_up", "stopped_turn", "replacement", "joined_turn"]) {
  test(`${name}: the streamed message is the one that a reload shows`, async () => {
    const { frames } = recording(name);
    const { sdk, data } = await newChat();
    const sending = sdk.sendMessage({ text: "Why?" });
    await answer("/chats/post", frames);
    await sending;

    const expected = toUIMessages(completeOf(frames)).at(-1)!;
    assert.equal(sdk.status, "ready");
    assert.deepEqual(normalized(sdk.lastMessage!), normalized(expected));
    assert.deepEqual(data.filter(isTitle).at(-1), { type: "data-title", data: { title: completeOf(frames).title }, transient: true });
  });
}

function isTitle(part: unknown): boolean {
  return (part as { type: string }).type === "data-title";
}

/** Without the keys that AI SDK adds to a part, and with parts in an order that both have. */
function normalized(each: ThreadcastUIMessage): object {
  const parts = each.parts.map((part) => {
    const { type } = part;
    if (type === "text") return { type, text: part.text };
    if (type === "reasoning") return { type, text: part.text, metadata: part.providerMetadata };
    return part;
  });
  const json = JSON.stringify({ ...each, parts: parts.sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0)) });
  return JSON.parse(json) as object;
}

test("a chat starts on an asset without a prompt: no user's message, a file and a text", async () => {
  const { frames } = recording("asset_without_prompt");
  const { sdk, transport } = await newChat();
  const asset = { asset_id: CHAT, asset_type: "metric_file" };
  const sending = sdk.sendMessage(undefined, { metadata: asset });
  const payload = await answer("/chats/post", frames);
  await sending;

  assert.deepEqual(payload, asset);
  assert.deepEqual(sdk.messages.map((each) => each.role), ["assistant"]);
  assert.deepEqual(sdk.messages[0]!.parts.map((part) => part.type), ["data-file", "text"]);
  assert.equal(transport.chatId(sdk.id), completeOf(frames).id);
});

test("an asset and a prompt stand in one message, and the next message continues the chat", async () => {
  const { sdk } = await newChat();
  const asset = { asset_id: MESSAGE, asset_type: "metric_file" } as const;
  const sending = sdk.sendMessage({ text: "Why?", metadata: asset });
  const first = await answer("/chats/post", turn());
  await sending;
  const again = sdk.sendMessage({ text: "And?" });
  const second = await answer("/chats/post", turn(OTHER_MESSAGE), 2);
  await again;

  assert.deepEqual(first, { ...asset, prompt: "Why?" });
  assert.deepEqual(second, { prompt: "And?", chat_id: CHAT });
});

function turn(id: string = MESSAGE): AnyFrame[] {
  return [
    frame("initializeChat", chat(message({ id }))),
    frame("complete", chat(message({ id, is_completed: true }))),
  ];
}

test("regenerate and edit replace the server's message, and then the message that replaced it", async () => {
  const { sdk } = await newChat();
  const sending = sdk.sendMessage({ text: "Why?" });
  await answer("/chats/post", turn());
  await sending;
  const regenerating = sdk.regenerate();
  const regenerated = await answer("/chats/post", turn(OTHER_MESSAGE), 2);
  await regenerating;
  const editing = sdk.sendMessage({ text: "Why not?", messageId: sdk.messages[0]!.id });
  const edited = await answer("/chats/post", turn(), 3);
  await editing;

  assert.deepEqual(regenerated, { prompt: "Why?", chat_id: CHAT, message_id: MESSAGE });
  assert.deepEqual(edited, { prompt: "Why not?", chat_id: CHAT, message_id: OTHER_MESSAGE });
  assert.deepEqual(sdk.messages.map((each) => each.role), ["user", "assistant"]);
});

test("after a reload the ids of the initial messages name the server's messages", async () => {
  const stored = chat(message({ is_completed: true }));
  const { sdk } = await newChat({ id: CHAT, messages: toUIMessages(stored) });
  const regenerating = sdk.regenerate({ messageId: MESSAGE });
  const regenerated = await answer("/chats/post", turn(OTHER_MESSAGE));
  await regenerating;

  assert.deepEqual(toUIMessages(stored).map((each) => each.id), [requestIdOf(MESSAGE), MESSAGE]);
  assert.deepEqual(regenerated, { prompt: "Why?", chat_id: CHAT, message_id: MESSAGE });
});

test("a turn that fails keeps its text and shows the server's sentence", async () => {
  const { sdk } = await newChat();
  const sending = sdk.sendMessage({ text: "Why?" });
  const failure = error("INTERNAL_SERVER_ERROR", "Something went wrong");
  await answer("/chats/post", [frame("initializeChat", chat(message())), chunk("Be"), failure]);
  await sending;

  assert.equal(sdk.status, "error");
  assert.equal(sdk.error?.message, "Something went wrong");
  assert.equal(textOf(sdk.lastMessage), "Be");
});

test("a request that is refused rejects with the client's error class", async () => {
  const { sdk } = await newChat();
  const sending = sdk.sendMessage({ text: "Why?" });
  await answer("/chats/post", [error("NOT_FOUND", "Chat not found")]);
  await sending;

  assert.ok(sdk.error instanceof NotFound);
  assert.deepEqual(sdk.messages.map((each) => each.role), ["user"]);
});

test("useChat's stop only detaches; the transport's stop names the running message", async () => {
  const { sdk, transport } = await newChat();
  const sending = sdk.sendMessage({ text: "Why?" });
  await answer("/chats/post", [frame("initializeChat", chat(message())), chunk("Be")]);
  await until(() => textOf(sdk.lastMessage) === "Be");
  await sdk.stop();
  await sending;
  const routes = FakeSocket.last.sent.map((each) => each.route);
  const stopping = transport.stop(sdk.id);
  const payload = await answer("/chats/stop", [
    frame("stopThread", { id: CHAT, message_id: MESSAGE, stopped: true }),
  ]);

  assert.deepEqual(routes, ["/chats/post"]);
  assert.deepEqual(payload, { id: CHAT, message_id: MESSAGE });
  assert.equal(await stopping, true);
  assert.equal(sdk.status, "ready");
});

function textOf(each: ThreadcastUIMessage | undefined): string {
  return (each?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

test("a catch-up after a lost socket brings only what is new", () => {
  const mapper = new ChunkMapper();
  const before = [frame("initializeChat", chat(message())), chunk("One"), chunk(", two")];
  const catchUp = [frame("initializeChat", chat(message())), whole("One, two, three"), whole("One, two, three")];

  const sent = before.flatMap((each) => mapper.chunks(each));
  const added = catchUp.flatMap((each) => mapper.chunks(each));

  assert.deepEqual(sent.map(deltaOf).join(""), "One, two");
  assert.deepEqual(added, [
    { type: "text-delta", id: "t1", delta: ", three" },
    { type: "text-end", id: "t1" },
  ]);
});

function deltaOf(each: UIMessageChunk): string {
  return each.type === "text-delta" ? each.delta : "";
}

test("resuming after a reload brings the whole message, once", async () => {
  const running = chat(message());
  const { sdk } = await newChat({ id: CHAT, messages: toUIMessages(running) });
  const resuming = sdk.resumeStream();
  await answer("/chats/get", [frame("getChat", running)]);
  await until(() => sdk.status === "submitted");
  for (const each of [frame("initializeChat", running), whole("One, two"), ...turn().slice(1)]) {
    FakeSocket.last.deliver({ ...each, request_id: "of the tab before" });
  }
  await resuming;

  assert.deepEqual(sdk.messages.map((each) => [each.id, textOf(each)]), [
    [requestIdOf(MESSAGE), "Why?"],
    [MESSAGE, "One, two"],
  ]);
});

test("nothing is resumed where no turn runs, or the server has no such chat", async () => {
  const { sdk } = await newChat({ id: CHAT });
  const first = sdk.resumeStream();
  await answer("/chats/get", [frame("getChat", chat(message({ is_completed: true })))]);
  await first;
  const second = sdk.resumeStream();
  await answer("/chats/get", [error("NOT_FOUND", "Chat not found", {}, "getChat")], 2);
  await second;

  assert.deepEqual([sdk.status, sdk.messages], ["ready", []]);
});
