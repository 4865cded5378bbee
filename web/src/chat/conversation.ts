/** One conversation of `useChat` with the endpoint, and what the page adds to it. */

import { useChat, type UseChatHelpers } from "@ai-sdk/react";
import { type ChatPayload, type ErrorBody, RequestFailed } from "@threadcast/client";
import { type ThreadcastUIMessage, toUIMessages } from "@threadcast/client/ai-sdk";
import { useCallback, useEffect, useRef, useState } from "react";

import { useDesktop } from "../app/context.ts";
import { type AssetKind, go } from "../app/place.ts";

export interface Conversation extends Pick<UseChatHelpers<ThreadcastUIMessage>, "messages" | "error"> {
  title: string;
  /** The server's id; null until the first turn is stored. */
  chatId: string | null;
  isRunning: boolean;
  /** A request has been sent and no frame has arrived. */
  isWaiting: boolean;
  /** The rating of an answer when the chat was fetched. */
  ratingOf(messageId: string): Rating;
  ask(text: string): void;
  edit(messageId: string, text: string): void;
  again(messageId: string): void;
  stop(): void;
}

export interface Beginning {
  /** The id for `useChat`: the server's, or one of the page's for a new chat. */
  id: string;
  chat: ChatPayload | null;
  asset: { kind: AssetKind; id: string } | null;
}

/** Which conversation on the page shows a chat of the server, so that its address can change without a reload. */
const conversations = new Map<string, string>();

function forgetConversation(id: string): void {
  for (const [chatId, each] of conversations) if (each === id) conversations.delete(chatId);
}

export function conversationOf(chatId: string): string {
  return conversations.get(chatId) ?? chatId;
}

/** What the user thinks of an answer. */
export type Rating = "positive" | "negative" | null;

export function useConversation({ id, chat, asset }: Beginning): Conversation {
  const { client, transport, queries } = useDesktop();
  const [title, setTitle] = useState(chat?.title ?? "");
  const [chatId, setChatId] = useState<string | null>(chat?.id ?? null);
  const helpers = useChat<ThreadcastUIMessage>({
    id,
    transport,
    ...(chat && { messages: toUIMessages(chat), resume: isRunningIn(chat) }),
    onData: (part) => {
      if (part.type === "data-title") setTitle(part.data.title);
    },
    onFinish: () => void queries.invalidateQueries({ queryKey: ["chats"] }),
  });
  const { messages, sendMessage, regenerate, status, setMessages, resumeStream, clearError } = helpers;
  const failure = useFailure(chatId);
  const isRunning = status === "submitted" || status === "streaming";

  useStart(() => {
    if (asset !== null) void sendMessage(undefined, { metadata: assetMetadata(asset) });
  });

  const stored = messages.findLast((each) => each.role === "assistant")?.metadata?.chat_id ?? null;
  useEffect(() => {
    if (chatId !== null || stored === null) return;
    conversations.set(stored, id);
    setChatId(stored);
    go({ screen: "chat", id: stored }, true);
  }, [chatId, stored, id]);

  useEffect(() => () => forgetConversation(id), [id]);

  // The chat is renamed in the list of chats.
  useEffect(
    () =>
      client.onFrame((frame) => {
        const payload = frame.payload as ChatPayload | null;
        if (frame.event === "updateChat" && payload?.id === chatId) setTitle(payload.title);
      }),
    [client, chatId],
  );

  // Another window of the user asks in this chat: its question, and the answer as it comes.
  const isIdle = useRef(true);
  isIdle.current = !isRunning;
  useEffect(
    () =>
      client.onFrame((frame) => {
        const payload = frame.payload as ChatPayload | null;
        if (frame.event !== "initializeChat" || payload === null || payload.id !== chatId) return;
        if (!isIdle.current || !isRunningIn(payload)) return;
        isIdle.current = false;
        setMessages(toUIMessages(payload));
        void resumeStream();
      }),
    [client, chatId, setMessages, resumeStream],
  );

  const forget = useCallback(() => {
    failure.clear();
    clearError();
  }, [failure, clearError]);
  return {
    messages,
    title,
    chatId,
    isRunning,
    isWaiting: status === "submitted",
    ratingOf: (messageId) => (chat?.messages[messageId]?.feedback ?? null) as Rating,
    error: failure.error ?? helpers.error,
    ask(text) {
      forget();
      void sendMessage({ text });
    },
    edit(messageId, text) {
      forget();
      void sendMessage({ text, messageId });
    },
    again(messageId) {
      forget();
      void regenerate({ messageId });
    },
    stop: () => void transport.stop(id),
  };
}

function isRunningIn(chat: ChatPayload): boolean {
  const newest = chat.messages[chat.message_ids.at(-1) ?? ""];
  return newest !== undefined && !newest.is_completed;
}

function assetMetadata(asset: { kind: AssetKind; id: string }) {
  return { asset_id: asset.id, asset_type: `${asset.kind}_file` as const };
}

/** Run something once for the component's life. */
function useStart(run: () => void): void {
  const hasRun = useRef(false);
  useEffect(() => {
    if (hasRun.current) return;
    hasRun.current = true;
    run();
  });
}

/** The error frame that ended a turn of this chat: the stream of `useChat` has its sentence only. */
function useFailure(chatId: string | null): { error: Error | undefined; clear(): void } {
  const { client } = useDesktop();
  const [error, setError] = useState<Error>();
  const clear = useCallback(() => setError(undefined), []);
  useEffect(
    () =>
      client.onFrame((frame) => {
        const body = frame["error"] as ErrorBody | null | undefined;
        if (frame.event !== "postThread" || !body || body.chat_id === undefined || body.chat_id !== chatId) return;
        setError(new RequestFailed(body.code, body.message, body));
      }),
    [client, chatId],
  );
  return { error, clear };
}

