/** The chat: the conversation, and the field to ask in. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useDesktop } from "../app/context.ts";
import type { AssetKind } from "../app/place.ts";
import { AskContext } from "../ui/markdown.tsx";
import { Empty, Notice, Waiting } from "../ui/states.tsx";
import { Composer } from "./composer.tsx";
import { type Beginning, type Conversation, useConversation } from "./conversation.ts";
import { Answer, Question } from "./message.tsx";

/** A stored chat is fetched first; a new one begins with its asset, or with the user's question. */
export function StoredChat({ id }: { id: string }) {
  const { client } = useDesktop();
  // What was fetched is the beginning of a conversation: it is neither kept nor fetched again.
  const { data, error, refetch } = useQuery({
    queryKey: ["chat", id],
    queryFn: () => client.getChat(id),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  if (error) {
    return (
      <main className="page" id="main">
        <Notice error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (!data) {
    return (
      <main className="page" id="main">
        <Waiting label="Loading the chat" />
      </main>
    );
  }
  return <ChatView beginning={{ id, chat: data, asset: null }} />;
}

export function NewChat({ id, asset }: { id: string; asset: { kind: AssetKind; id: string } | null }) {
  return <ChatView beginning={{ id, chat: null, asset }} />;
}

function ChatView({ beginning }: { beginning: Beginning }) {
  const conversation = useConversation(beginning);
  const { title, messages, error } = conversation;
  useEffect(() => {
    document.title = title ? `${title} · Threadcast` : "Threadcast";
    return () => void (document.title = "Threadcast");
  }, [title]);
  const isEmpty = messages.length === 0 && !conversation.isRunning && !error;
  return (
    <AskContext value={conversation.isRunning ? null : conversation.ask}>
      <main className="chat" id="main">
        <header className="chat-head">
          <h1>{title || "New chat"}</h1>
        </header>
        <Messages conversation={conversation}>
          {isEmpty && <Empty title="Ask about your data">Name what you want to know, or open an asset first.</Empty>}
          {error && <Notice error={error} onRetry={retryOf(conversation)} />}
        </Messages>
        <Composer
          isRunning={conversation.isRunning}
          onAsk={conversation.ask}
          onStop={conversation.stop}
          isFollowUp={messages.length > 0}
        />
      </main>
    </AskContext>
  );
}

function Messages({ conversation, children }: { conversation: Conversation; children: React.ReactNode }) {
  const { messages, isRunning, isWaiting } = conversation;
  const scroller = useFollowedScroll(messages);
  const newest = messages.at(-1);
  return (
    <div className="messages" ref={scroller} tabIndex={0} role="log" aria-label="Conversation" aria-live="off">
      <div className="messages-inner">
        {messages.map((message) =>
          message.role === "user" ? (
            <Question key={message.id} message={message} conversation={conversation} />
          ) : (
            <Answer
              key={message.id}
              message={message}
              isRunning={isRunning && message === newest}
              conversation={conversation}
            />
          ),
        )}
        {isWaiting && newest?.role !== "assistant" && <Waiting label="Asking" />}
        {children}
      </div>
      <p className="hidden" role="status">
        {isRunning ? "Answering" : newest?.role === "assistant" ? "The answer is complete" : ""}
      </p>
    </div>
  );
}

/** Keep the newest text in view while the user is at the end, and leave a user alone who scrolled up. */
function useFollowedScroll(changes: unknown): React.RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const node = element.current!;
    const update = (): void => {
      isAtEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
    };
    node.addEventListener("scroll", update, { passive: true });
    return () => node.removeEventListener("scroll", update);
  }, []);
  useEffect(() => {
    const node = element.current!;
    if (isAtEnd.current) node.scrollTop = node.scrollHeight;
  }, [changes]);
  return element;
}

function retryOf({ messages, again, isRunning }: Conversation): (() => void) | undefined {
  const question = messages.findLast((each) => each.role === "user");
  return question === undefined || isRunning ? undefined : () => again(question.id);
}
