/** What a screen shows instead of its content: waiting, nothing, an error. */

import { RequestFailed, TooManyRequests } from "@threadcast/client";
import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export function Waiting({ label = "Loading" }: { label?: string }) {
  return (
    <div className="waiting-state" role="status">
      <span className="spinner" aria-hidden="true" />
      {label} …
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

/** An error as a person reads it, with the id under which the server's log has it. */
export function Notice({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const failed = error instanceof RequestFailed ? error : null;
  const waitMs = error instanceof TooManyRequests ? error.retryAfterMs : null;
  return (
    <div className="notice" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{sentence(error)}</p>
        {waitMs !== null && <p className="muted">Try again in {Math.ceil(waitMs / 1000)} seconds.</p>}
        {failed?.referenceId && (
          <p className="muted">
            Reference <code>{failed.referenceId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          <RotateCw size={14} aria-hidden="true" /> Try again
        </button>
      )}
    </div>
  );
}

function sentence(error: Error): string {
  const text = error.message.trim();
  if (!text) return "Something went wrong.";
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}
