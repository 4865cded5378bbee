/** One message: a user's question, or an answer with its steps, files and text. */

import type { ThreadcastUIMessage } from "@threadcast/client/ai-sdk";
import { Check, Copy, Pencil, RotateCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { Markdown } from "../ui/markdown.tsx";
import type { Conversation } from "./conversation.ts";
import { Feedback } from "./feedback.tsx";
import { FileCard } from "./file-card.tsx";
import { isStep, Steps } from "./steps.tsx";

export function Question({ message, conversation }: { message: ThreadcastUIMessage; conversation: Conversation }) {
  const [isEditing, setIsEditing] = useState(false);
  const text = textOf(message);
  if (text === "") return null;
  if (isEditing) {
    return (
      <Editor
        text={text}
        onCancel={() => setIsEditing(false)}
        onSend={(changed) => {
          setIsEditing(false);
          conversation.edit(message.id, changed);
        }}
      />
    );
  }
  return (
    <article className="question" aria-label="Your question">
      <p>{text}</p>
      {!conversation.isRunning && (
        <div className="actions">
          <button type="button" aria-label="Edit the question" onClick={() => setIsEditing(true)}>
            <Pencil size={14} aria-hidden="true" />
          </button>
        </div>
      )}
    </article>
  );
}

function Editor({ text, onSend, onCancel }: { text: string; onSend(text: string): void; onCancel(): void }) {
  const [changed, setChanged] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      className="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed.trim()) onSend(changed.trim());
      }}
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
    >
      <textarea
        ref={field}
        aria-label="Change the question"
        rows={2}
        value={changed}
        onChange={(event) => setChanged(event.target.value)}
      />
      <p className="muted">The answer, and everything after it, is replaced.</p>
      <div className="editor-buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={changed.trim() === ""}>
          Ask again
        </button>
      </div>
    </form>
  );
}

interface AnswerProps {
  message: ThreadcastUIMessage;
  isRunning: boolean;
  conversation: Conversation;
}

export function Answer({ message, isRunning, conversation }: AnswerProps) {
  const { messages, again } = conversation;
  const steps = message.parts.filter(isStep);
  const question = messages[messages.indexOf(message) - 1];
  const outcome = message.metadata?.post_processing_message;
  return (
    <article className="answer" aria-label="Answer" aria-busy={isRunning}>
      {steps.length > 0 && (
        <Steps steps={steps} isRunning={isRunning} summary={message.metadata?.final_reasoning_message ?? null} />
      )}
      {message.parts.map((part, index) => {
        if (part.type === "data-file") return <FileCard key={part.id ?? index} file={part.data} />;
        if (part.type !== "text" || part.text === "") return null;
        return <Markdown key={index} text={part.text} isStreaming={isRunning && part.state === "streaming"} />;
      })}
      {outcome && <p className="outcome">{outcome}</p>}
      {!isRunning && textOf(message) !== "" && (
        <div className="actions">
          <CopyButton text={textOf(message)} />
          {message.metadata?.chat_id && (
            <Feedback chatId={message.metadata.chat_id} messageId={message.id} rating={conversation.ratingOf(message.id)} />
          )}
          {question?.role === "user" && !conversation.isRunning && (
            <button type="button" aria-label="Answer again" onClick={() => again(message.id)}>
              <RotateCw size={14} aria-hidden="true" />
            </button>
          )}
        </div>
      )}
    </article>
  );
}

function CopyButton({ text }: { text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <button
      type="button"
      aria-label={isCopied ? "Copied" : "Copy the answer"}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setIsCopied(true))}
    >
      {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
    </button>
  );
}

function textOf(message: ThreadcastUIMessage): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("\n").trim();
}
