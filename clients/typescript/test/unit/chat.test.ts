/** `Chat`: the present state of one chat for a user interface. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Chat, Threadcast } from "@threadcast/client";

import { CHAT, chat, chunk, frame, MESSAGE, message, recording, text } from "./frames.ts";
import { controlled, FakeSocket, FakeWebSocket, pass, settled } from "./sockets.ts";

beforeEach(controlled);

async function openedChat(id: string | null = null): Promise<Chat> {
  const client = new Threadcast({ url: "wss://host/prod", WebSocket: FakeWebSocket });
  client.open();
  await settled();
  FakeSocket.last.open();
  return new Chat(client, id);
}

function answerOf(value: Chat): string | null | undefined {
  return (value.value?.messages[MESSAGE]?.response_messages["t1"] as { message: string } | undefined)?.message;
}

test("a new chat takes its id from its own turn, not from another chat's frames", async () => {
  const shown = await openedChat();
  const ended = shown.post({ prompt: "Why?" });
  const { request_id, payload } = FakeSocket.last.sent[0]!;
  FakeSocket.last.deliver(frame("initializeChat", { ...chat(message()), id: "another" }));
  FakeSocket.last.deliver(frame("initializeChat", chat(message()), { request_id }));
  FakeSocket.last.deliver(chunk("Be", { request_id }));
  const during = [shown.id, answerOf(shown), shown.running?.id];
  FakeSocket.last.deliver(frame("complete", chat(message({ is_completed: true })), { request_id }));
  await ended;
  shown.post({ prompt: "And?" }).catch(() => {});

  assert.deepEqual(payload, { prompt: "Why?" });
  assert.deepEqual(during, [CHAT, "Be", MESSAGE]);
  assert.equal(shown.running, null);
  assert.deepEqual(FakeSocket.last.sent.at(-1)!.payload, { prompt: "And?", chat_id: CHAT });
});

test("listeners are called once for each change, and frames of other chats change nothing", async () => {
  const shown = await openedChat(CHAT);
  let changes = 0;
  const unsubscribe = shown.subscribe(() => (changes += 1));
  FakeSocket.last.deliver(frame("initializeChat", chat(message())));
  FakeSocket.last.deliver(chunk("a"));
  FakeSocket.last.deliver(frame("initializeChat", { ...chat(message()), id: "another" }));
  unsubscribe();
  FakeSocket.last.deliver(chunk("b"));

  assert.equal(changes, 2);
  assert.equal(answerOf(shown), "ab");
});

test("a recorded turn is shown as its `complete` has it", async () => {
  const { frames } = recording("joined_turn");
  const complete = frames.at(-1)!.payload as { id: string };
  const shown = await openedChat(complete.id);
  for (const each of frames) FakeSocket.last.deliver(each);

  assert.deepEqual(shown.value, complete);
});

test("a get during a turn does not take text back", async () => {
  const shown = await openedChat(CHAT);
  FakeSocket.last.deliver(frame("initializeChat", chat(message())));
  FakeSocket.last.deliver(chunk("text so far"));
  const loaded = shown.load();
  const { request_id } = FakeSocket.last.sent[0]!;
  FakeSocket.last.deliver(frame("getChat", chat(message()), { request_id }));
  await loaded;

  assert.equal(answerOf(shown), "text so far");
});

test("a turn of another device that ended during a gap is fetched after the reconnect", async () => {
  const shown = await openedChat(CHAT);
  FakeSocket.last.deliver(frame("initializeChat", chat(message())));
  FakeSocket.last.drop();
  await pass(1000);
  FakeSocket.last.open();
  const { request_id } = FakeSocket.last.sent[0]!;
  const answer = text({ message: "Because", is_final_message: true });
  const done = message({ is_completed: true, response_message_ids: ["t1"], response_messages: { t1: answer } });
  FakeSocket.last.deliver(frame("getChat", chat(done), { request_id }));

  assert.equal(answerOf(shown), "Because");
  assert.equal(shown.running, null);
});

test("a stop names the running message", async () => {
  const shown = await openedChat(CHAT);
  const idle = await shown.stop();
  FakeSocket.last.deliver(frame("initializeChat", chat(message())));
  const stopped = shown.stop();
  const [sent] = FakeSocket.last.sent;
  FakeSocket.last.deliver(
    frame("stopThread", { id: CHAT, message_id: MESSAGE, stopped: true }, { request_id: sent!.request_id }),
  );

  assert.deepEqual([idle, await stopped], [false, true]);
  assert.deepEqual([sent!.route, sent!.payload], ["/chats/stop", { id: CHAT, message_id: MESSAGE }]);
});
