/** The agent under AG-UI's own client, which verifies every sequence of events. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { type BaseEvent, EventType, verifyEvents } from "@ag-ui/client";
import { type AnyFrame, type ChatPayload, Threadcast } from "@threadcast/client";
import { ThreadcastAgent, toAgUiMessages } from "@threadcast/client/ag-ui";
import { from, lastValueFrom, toArray } from "rxjs";

import { CHAT, chat, chunk, error, frame, message, MESSAGE, recording, whole } from "./frames.ts";
import { FakeSocket, FakeWebSocket } from "./sockets.ts";

let client: Threadcast;

beforeEach(() => {
  FakeSocket.all = [];
  client = new Threadcast({ url: "wss://host/prod", WebSocket: FakeWebSocket });
});

afterEach(() => client.close());

async function until<T>(probe: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = probe();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function newAgent(chatId?: string): Promise<ThreadcastAgent> {
  client.open();
  (await until(() => FakeSocket.all.at(-1))).open();
  return new ThreadcastAgent({ client, ...(chatId && { chatId }) });
}

/** Answer the newest request of a route with these frames. */
async function answer(route: string, frames: AnyFrame[]): Promise<Record<string, unknown>> {
  const sent = await until(() => FakeSocket.last.sent.filter((each) => each.route === route).at(-1));
  for (const each of frames) FakeSocket.last.deliver({ ...each, request_id: sent.request_id });
  return sent.payload;
}

/** Return the events of a run whose request is answered with these frames. */
async function eventsOf(frames: AnyFrame[]): Promise<BaseEvent[]> {
  const agent = await newAgent();
  const input = { threadId: "t", runId: "r", messages: [], tools: [], context: [], state: {}, forwardedProps: {} };
  const events = lastValueFrom(agent.run(input).pipe(toArray()));
  await answer("/chats/post", frames);
  return events;
}

for (const name of ["asset_without_prompt", "follow_up", "stopped_turn", "replacement", "joined_turn"]) {
  test(`${name}: AG-UI's verifier accepts every event, and the texts are those of the stored chat`, async () => {
    const { frames } = recording(name);
    const events = await eventsOf(frames);

    const verified = await lastValueFrom(from(events).pipe(verifyEvents(), toArray()));

    const complete = frames.at(-1)!.payload as ChatPayload;
    const newest = complete.message_ids.at(-1)!;
    const texts = new Map<string, string>();
    for (const each of verified) {
      const { messageId, delta } = each as unknown as { messageId: string; delta: string };
      if (each.type === EventType.TEXT_MESSAGE_CONTENT) texts.set(messageId, (texts.get(messageId) ?? "") + delta);
    }
    const stored = toAgUiMessages({ ...complete, message_ids: [newest] }).filter((each) => each.role === "assistant");
    assert.equal(verified.length, events.length);
    assert.equal(verified.at(-1)!.type, EventType.RUN_FINISHED);
    assert.deepEqual([...texts], stored.map((each) => [each.id, each.content]));
  });
}

test("a step of pills is a call of a tool with a result, and a text step is a step with reasoning", async () => {
  const events = await eventsOf(recording("follow_up").frames);
  const types = new Set(events.map((each) => each.type));

  for (const type of [
    EventType.STEP_STARTED,
    EventType.REASONING_MESSAGE_CONTENT,
    EventType.STEP_FINISHED,
    EventType.TOOL_CALL_START,
    EventType.TOOL_CALL_RESULT,
    EventType.STATE_SNAPSHOT,
    EventType.STATE_DELTA,
  ]) {
    assert.ok(types.has(type), type);
  }
});

test("two steps with the same title have different names while both are active", async () => {
  const step = (id: string): AnyFrame => {
    const reasoning = { id, type: "text", title: "Thinking", secondary_title: null, status: "loading" };
    const text = { message: null, message_chunk: "a", finished_reasoning: false };
    const ids = { chat_id: CHAT, message_id: MESSAGE, progress: "in_progress" };
    return frame("generatingReasoningMessage", { reasoning: { ...reasoning, ...text }, ...ids });
  };
  const start = frame("initializeChat", chat(message()));
  const events = await eventsOf([start, step("1"), step("2"), error("CONFLICT", "No.")]);

  const verified = await lastValueFrom(from(events).pipe(verifyEvents(), toArray()));
  assert.equal(verified.filter((each) => each.type === EventType.STEP_STARTED).length, 2);
});

test("a run posts the newest message, and the next run continues the chat", async () => {
  const agent = await newAgent();
  const asset = { asset_id: MESSAGE, asset_type: "metric_file" };
  agent.addMessage({ id: "1", role: "user", content: "Why?" });
  const running = agent.runAgent({ forwardedProps: asset });
  const complete = frame("complete", chat(message({ is_completed: true })));
  const first = await answer("/chats/post", [frame("initializeChat", chat(message())), whole("Because"), complete]);
  await running;
  const cloned = agent.clone();
  cloned.addMessage({ id: "2", role: "user", content: "And?" });
  const again = cloned.runAgent();
  await until(() => FakeSocket.last.sent.length === 2);
  const second = await answer("/chats/post", [frame("initializeChat", chat(message())), complete]);
  await again;

  assert.deepEqual(first, { prompt: "Why?", ...asset });
  assert.deepEqual(second, { prompt: "And?", chat_id: CHAT });
  assert.deepEqual(agent.messages.map((each) => [each.role, each.content]), [["user", "Why?"], ["assistant", "Because"]]);
  assert.equal((agent.state as { chat_id: string }).chat_id, CHAT);
});

test("a refused request ends the run with its code and sentence", async () => {
  const events = await eventsOf([error("CONFLICT", "Another turn is running")]);

  assert.deepEqual(events.at(-1), { type: EventType.RUN_ERROR, message: "Another turn is running", code: "CONFLICT" });
});

test("connecting brings the stored chat and the rest of a running answer", async () => {
  const agent = await newAgent(CHAT);
  const connecting = agent.connectAgent();
  const running = message();
  await answer("/chats/get", [frame("getChat", chat(running))]);
  await until(() => agent.messages.length === 1);
  for (const each of [frame("initializeChat", chat(running)), whole("Because")]) FakeSocket.last.deliver(each);
  FakeSocket.last.deliver(frame("complete", chat(message({ is_completed: true }))));
  await connecting;

  assert.deepEqual(agent.messages.map((each) => [each.role, each.content]), [["user", "Why?"], ["assistant", "Because"]]);
});

test("aborting a run stops the answer at the server", async () => {
  const agent = await newAgent();
  const running = agent.runAgent();
  await answer("/chats/post", [frame("initializeChat", chat(message())), chunk("Be")]);
  await until(() => agent.messages.length > 0);
  agent.abortRun();
  const stop = await answer("/chats/stop", [
    frame("stopThread", { id: CHAT, message_id: MESSAGE, stopped: true }),
  ]);
  await answer("/chats/post", [frame("complete", chat(message({ is_completed: true })))]);
  await running;

  assert.deepEqual(stop, { id: CHAT, message_id: MESSAGE });
});
