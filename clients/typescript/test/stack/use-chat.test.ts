/** AI SDK's `useChat`, rendered by React, against a running stack. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Window } from "happy-dom";

import { type ThreadcastUIMessage, toUIMessages } from "@threadcast/client/ai-sdk";
import type { UseChatHelpers } from "@ai-sdk/react";

import { DASHBOARD, LONG_QUESTION, loseSockets, METRIC, newClient, until } from "./running-stack.ts";

// React looks for a document when it is imported.
const window = new Window();
Object.assign(globalThis, { window, document: window.document });
const { createElement } = await import("react");
const { createRoot } = await import("react-dom/client");
const { useChat } = await import("@ai-sdk/react");
const { ThreadcastChatTransport } = await import("@threadcast/client/ai-sdk");

interface Page {
  readonly chat: UseChatHelpers<ThreadcastUIMessage>;
  readonly transport: InstanceType<typeof ThreadcastChatTransport>;
  close(): void;
}

const pages = new Set<Page>();
after(() => {
  for (const page of pages) page.close();
});

/** Render a component that uses `useChat`, with a client of its own, as a newly loaded page does. */
async function openPage(
  init: { id?: string; messages?: ThreadcastUIMessage[]; resume?: boolean } = {},
): Promise<Page> {
  const transport = new ThreadcastChatTransport(newClient());
  let rendered: UseChatHelpers<ThreadcastUIMessage> | undefined;
  function Component(): null {
    rendered = useChat<ThreadcastUIMessage>({ ...init, transport });
    return null;
  }
  const root = createRoot(document.createElement("div"));
  root.render(createElement(Component));
  await until("the first rendering", () => rendered);
  const page: Page = {
    get chat() {
      return rendered!;
    },
    transport,
    close() {
      pages.delete(page);
      root.unmount();
      transport.close();
    },
  };
  pages.add(page);
  return page;
}

function answerOf({ chat }: Page): string {
  const last = chat.messages.at(-1);
  if (last?.role !== "assistant") return "";
  return last.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

async function ended(page: Page): Promise<void> {
  await until("the end of the turn", () => page.chat.status === "ready");
}

async function storedOf(page: Page): Promise<ThreadcastUIMessage[]> {
  return toUIMessages(await page.transport.client.getChat(page.transport.chatId(page.chat.id)!));
}

function textsOf(messages: ThreadcastUIMessage[]): [string, string][] {
  return messages.map(({ role, parts }) => [
    role,
    parts.map((part) => (part.type === "text" || part.type === "reasoning" ? part.text : part.type)).sort().join("\n"),
  ]);
}

async function longTurn(page: Page): Promise<void> {
  void page.chat.sendMessage({ text: LONG_QUESTION, metadata: DASHBOARD });
  await until("the first words of the answer", () => answerOf(page));
}

test("a chat starts on an asset without a prompt, streams a follow-up, and answers it again", async () => {
  const page = await openPage();
  void page.chat.sendMessage(undefined, { metadata: METRIC });
  await until("the introduction", () => answerOf(page));
  await ended(page);
  const opened = page.chat.messages.map((each) => [each.role, ...each.parts.map((part) => part.type)]);
  void page.chat.sendMessage({ text: "Which month has the most rain?" });
  await until("the follow-up", () => page.chat.messages.length === 3 && answerOf(page));
  await ended(page);
  const first = page.chat.messages.at(-1)!.id;
  void page.chat.regenerate();
  await until("another answer", () => page.chat.messages.length === 3 && page.chat.messages[2]!.id !== first);
  await ended(page);

  assert.deepEqual(opened, [["assistant", "data-file", "text"]]);
  assert.deepEqual(textsOf(page.chat.messages), textsOf(await storedOf(page)));
});

test("a lost socket does not end the answer, and no text is doubled or missing", async () => {
  const page = await openPage();
  await longTurn(page);
  const before = answerOf(page);
  const lost = loseSockets();
  await until("new text after the loss", () => answerOf(page).length > before.length);
  await ended(page);

  assert.ok(lost >= 1);
  assert.deepEqual(textsOf(page.chat.messages), textsOf(await storedOf(page)));
});

test("a page that is loaded during an answer resumes it from its beginning", async () => {
  const page = await openPage();
  await longTurn(page);
  const id = page.transport.chatId(page.chat.id)!;
  page.close();
  const loader = newClient();
  const messages = toUIMessages(await loader.getChat(id));
  loader.close();
  const reloaded = await openPage({ id, messages, resume: true });
  await until("the resumed text", () => answerOf(reloaded));
  await ended(reloaded);

  assert.deepEqual(messages.map((each) => each.role), ["user"]);
  assert.deepEqual(textsOf(reloaded.chat.messages), textsOf(await storedOf(reloaded)));
});

test("useChat's stop leaves the turn running, and the transport's stop ends it with its partial answer", async () => {
  const page = await openPage();
  await longTurn(page);
  await page.chat.stop();
  const stopped = await page.transport.stop(page.chat.id);
  await until("the stored end", () => page.chat.status === "ready");
  const stored = await storedAnswer(async () => (await storedOf(page)).at(-1));

  assert.equal(stopped, true);
  assert.equal(stored.metadata?.post_processing_message, "Stopped");
  assert.ok(textsOf([stored])[0]![1]);
});

/** Wait until the answer is stored: a message that runs has none. */
async function storedAnswer(
  probe: () => Promise<ThreadcastUIMessage | undefined>,
): Promise<ThreadcastUIMessage> {
  for (;;) {
    const found = await probe();
    if (found?.role === "assistant") return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
