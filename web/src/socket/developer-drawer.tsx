/** What crosses the socket, with times and sizes; a raw request; and ways to disturb the connection. */

import { Snowflake, Trash2, Unplug, X } from "lucide-react";
import { useState, useSyncExternalStore } from "react";

import { useDesktop } from "../app/context.ts";
import type { Crossing } from "./recorder.ts";

const EXAMPLE = '{"route": "/metrics/list", "payload": {}}';
const THROTTLE_MS = 400;

export default function DeveloperDrawer({ onClose }: { onClose(): void }) {
  const { recorder } = useDesktop();
  const crossings = useSyncExternalStore(recorder.subscribe, () => recorder.crossings);
  const isFrozen = useSyncExternalStore(recorder.subscribe, () => recorder.isFrozen);
  const delayMs = useSyncExternalStore(recorder.subscribe, () => recorder.delayMs);
  const received = crossings.filter((each) => each.direction === "in");
  const bytes = crossings.reduce((sum, each) => sum + each.bytes, 0);
  return (
    <aside className="drawer" aria-label="Developer">
      <header>
        <h2>Socket</h2>
        <span className="muted">
          {received.length} frames, {size(bytes)}
        </span>
        <button type="button" className="icon" aria-label="Close the drawer" onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className="drawer-tools">
        <button type="button" onClick={() => recorder.drop()}>
          <Unplug size={14} aria-hidden="true" /> Drop
        </button>
        <button type="button" aria-pressed={isFrozen} onClick={() => recorder.freeze(!isFrozen)}>
          <Snowflake size={14} aria-hidden="true" /> {isFrozen ? "Release" : "Freeze"}
        </button>
        <button
          type="button"
          aria-pressed={delayMs > 0}
          onClick={() => recorder.throttle(delayMs > 0 ? 0 : THROTTLE_MS)}
        >
          Delay {THROTTLE_MS} ms
        </button>
        <button type="button" onClick={() => recorder.clear()}>
          <Trash2 size={14} aria-hidden="true" /> Clear
        </button>
      </div>
      <RawRequest onSend={(text) => recorder.send(text)} />
      <ol className="crossings" aria-label="Frames">
        {crossings.toReversed().map((crossing) => (
          <Line key={crossing.id} crossing={crossing} />
        ))}
      </ol>
    </aside>
  );
}

function RawRequest({ onSend }: { onSend(text: string): boolean }) {
  const [text, setText] = useState(EXAMPLE);
  const [isSent, setIsSent] = useState(true);
  return (
    <form
      className="raw-request"
      onSubmit={(event) => {
        event.preventDefault();
        setIsSent(onSend(text));
      }}
    >
      <textarea aria-label="Raw request" rows={3} value={text} spellCheck={false} onChange={(event) => setText(event.target.value)} />
      <button type="submit">Send</button>
      {!isSent && (
        <p className="muted" role="alert">
          No socket is open.
        </p>
      )}
    </form>
  );
}

const ARROWS = { in: "←", out: "→", socket: "·" };

function Line({ crossing }: { crossing: Crossing }) {
  const { direction, name, at, bytes, text } = crossing;
  const head = (
    <>
      <span className="time">{(at / 1000).toFixed(2)}</span>
      <span className={direction}>{ARROWS[direction]}</span>
      <span className="name">{name}</span>
      {bytes > 0 && <span className="time">{size(bytes)}</span>}
    </>
  );
  if (text === "") return <li className="line">{head}</li>;
  return (
    <li>
      <details>
        <summary className="line">{head}</summary>
        <pre className="code" tabIndex={0}>
          {formatted(text)}
        </pre>
      </details>
    </li>
  );
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}

function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
