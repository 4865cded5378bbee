/** The field to ask in. Enter sends, Shift+Enter starts a new line; while an answer runs, the button stops it. */

import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";

const MAX_CHARACTERS = 20_000;

interface ComposerProps {
  isRunning: boolean;
  isFollowUp: boolean;
  onAsk(text: string): void;
  onStop(): void;
}

export function Composer({ isRunning, isFollowUp, onAsk, onStop }: ComposerProps) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const canSend = text.trim() !== "" && !isRunning;
  const send = (): void => {
    if (!canSend) return;
    onAsk(text.trim());
    setText("");
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label className="hidden" htmlFor="question">
        Question
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        value={text}
        maxLength={MAX_CHARACTERS}
        placeholder={isFollowUp ? "Ask a follow-up" : "Ask a question"}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && isRunning) onStop();
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      {isRunning ? (
        <button type="button" className="round" aria-label="Stop the answer" onClick={onStop}>
          <Square size={14} fill="currentColor" aria-hidden="true" />
        </button>
      ) : (
        <button type="submit" className="round" aria-label="Send" disabled={!canSend}>
          <ArrowUp size={18} aria-hidden="true" />
        </button>
      )}
    </form>
  );
}
