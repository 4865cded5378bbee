/** The client against a running stack. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Chat, type ChatPayload, NotFound } from "@threadcast/client";

import { DASHBOARD, LONG_QUESTION, loseSockets, METRIC, newClient, until } from "./running-stack.ts";

const client = newClient();
after(() => client.close());

function answerOf(chat: ChatPayload | null): string {
  const message = chat?.messages[chat.message_ids.at(-1)!];
  return (message?.response_message_ids ?? [])
    .map((id) => message!.response_messages[id] as { message?: string | null })
    .map((part) => part.message ?? "")
    .join("");
}

test("a chat starts on an asset without a prompt, and a follow-up continues it", async () => {
  const chat = new Chat(client);
  const opened = await chat.post(METRIC);
  const asked = await chat.post({ prompt: "Which month has the most rain?" });

  assert.equal(opened.id, asked.id);
  assert.equal(asked.message_ids.length, 2);
  assert.deepEqual(chat.value, asked);
  assert.deepEqual(await chat.load(), asked);
});

test("a turn whose socket is lost ends with the stored chat, and no text is doubled", async () => {
  const chat = new Chat(client);
  const ended = chat.post({ prompt: LONG_QUESTION, ...DASHBOARD });
  await until("the first chunk", () => answerOf(chat.value));
  const lost = loseSockets();
  const complete = await ended;

  assert.equal(lost, 1);
  assert.deepEqual(await client.getChat(complete.id), complete);
  assert.equal(answerOf(chat.value), answerOf(complete));
});

test("a second client follows a running turn, and a stop by it keeps the partial answer", async () => {
  const chat = new Chat(client);
  const ended = chat.post({ prompt: LONG_QUESTION, ...DASHBOARD });
  await until("the first chunk", () => answerOf(chat.value));
  const other = newClient();
  const followed = other.follow(chat.id!, chat.running!.id);
  const stopped = await other.stop(chat.id!, chat.running!.id);
  const [complete, seen] = [await ended, await followed.result];
  other.close();

  assert.equal(stopped, true);
  assert.equal(Object.values(complete.messages)[0]!.post_processing_message, "Stopped");
  assert.ok(answerOf(complete));
  assert.deepEqual(seen, complete);
});

test("a chat that does not exist is not found", async () => {
  await assert.rejects(client.getChat(crypto.randomUUID()), NotFound);
});

test("the server answers a heartbeat, and accepts a token in the query", async () => {
  const idle = newClient({ heartbeatMs: 100, tokenIn: "query" });
  const events: unknown[] = [];
  idle.onFrame((frame) => events.push([frame.event, frame["request_id"]]));
  idle.open();
  await until("the answer", () => events.length > 0);
  idle.close();

  assert.deepEqual(events, [["error", "ping"]]);
});
