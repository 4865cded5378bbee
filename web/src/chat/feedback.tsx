/** Thumbs for an answer, with an optional comment for the operator. */

import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";

import { useDesktop } from "../app/context.ts";
import { Notice } from "../ui/states.tsx";
import type { Rating } from "./conversation.ts";

interface FeedbackProps {
  chatId: string;
  messageId: string;
  rating: Rating;
}

const MAX_CHARACTERS = 2000;

export function Feedback({ chatId, messageId, rating: stored }: FeedbackProps) {
  const { client } = useDesktop();
  const [rating, setRating] = useState(stored);
  const [isCommenting, setIsCommenting] = useState(false);
  const [error, setError] = useState<Error>();
  const send = async (feedback: Rating, comment?: string): Promise<void> => {
    const before = rating;
    setError(undefined);
    setRating(feedback);
    try {
      await client.request("/messages/update", { id: messageId, chat_id: chatId, feedback, ...(comment && { comment }) });
    } catch (problem) {
      setRating(before);
      setError(problem as Error);
    }
  };
  const choose = (chosen: "positive" | "negative"): void => {
    const next = rating === chosen ? null : chosen;
    setIsCommenting(next !== null);
    void send(next);
  };
  return (
    <>
      <button type="button" aria-label="Good answer" aria-pressed={rating === "positive"} onClick={() => choose("positive")}>
        <ThumbsUp size={14} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Bad answer" aria-pressed={rating === "negative"} onClick={() => choose("negative")}>
        <ThumbsDown size={14} aria-hidden="true" />
      </button>
      {isCommenting && (
        <CommentForm
          onSend={(comment) => {
            setIsCommenting(false);
            void send(rating, comment);
          }}
        />
      )}
      {error && <Notice error={error} />}
    </>
  );
}

function CommentForm({ onSend }: { onSend(comment: string): void }) {
  const [comment, setComment] = useState("");
  return (
    <form
      className="comment"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(comment.trim());
      }}
    >
      <input
        aria-label="Comment"
        placeholder="Why? (optional)"
        value={comment}
        maxLength={MAX_CHARACTERS}
        onChange={(event) => setComment(event.target.value)}
      />
      <button type="submit">Send</button>
    </form>
  );
}
