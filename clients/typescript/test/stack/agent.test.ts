/** AG-UI's client, which verifies every event, against a running stack. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ThreadcastAgent, toAgUiMessages } from "@threadcast/client/ag-ui";

import { DASHBOARD, LONG_QUESTION, newClient, until } from "./running-stack.ts";

const client = newClient();
after(() => client.close());

test("a second agent that connects during an answer ends with the same messages", async () => {
  const agent = new ThreadcastAgent({ client });
  agent.addMessage({ id: "question", role: "user", content: LONG_QUESTION });
  const running = agent.runAgent({ forwardedProps: DASHBOARD });
  await until("the first words", () => agent.messages.some((each) => each.role === "assistant"));
  const second = newClient();
  const connected = new ThreadcastAgent({ client: second, chatId: agent.chatId! });
  const connecting = connected.connectAgent();
  await Promise.all([running, connecting]);
  second.close();

  const stored = toAgUiMessages(await client.getChat(agent.chatId!));
  const isText = (each: { role: string }): boolean => each.role === "user" || each.role === "assistant";
  const texts = (messages: { role: string; content?: unknown }[]): unknown[] =>
    messages.filter(isText).map((each) => [each.role, each.content]).filter(([, content]) => content);
  assert.deepEqual(texts(connected.messages), texts(stored));
  assert.deepEqual(texts(agent.messages), texts(stored));
});
