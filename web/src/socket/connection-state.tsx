/** The state of the connection, in words. */

import { useEffect, useState } from "react";

import { useDesktop } from "../app/context.ts";

const CAUGHT_UP_MS = 4000;

export function ConnectionStatus() {
  const { client } = useDesktop();
  const [state, setState] = useState(client.state);
  const [isCaughtUp, setIsCaughtUp] = useState(false);
  const now = useNow(state.retryAt !== null);
  useEffect(() => {
    const update = (): void => setState(client.state);
    update();
    return client.onState(update);
  }, [client]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = client.onReconnect(() => {
      setIsCaughtUp(true);
      clearTimeout(timer);
      timer = setTimeout(() => setIsCaughtUp(false), CAUGHT_UP_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [client]);
  const text = () => {
    if (state.status === "open") return isCaughtUp ? "Caught up" : "Connected";
    if (state.status === "closed") return "Not connected";
    if (state.retryAt === null) return "Connecting";
    return `Reconnecting in ${Math.max(0, Math.ceil((state.retryAt - now) / 1000))} s`;
  };
  return (
    <span className="connection" role="status" aria-live="polite">
      <span className={`dot ${state.status}`} aria-hidden="true" />
      {text()}
      {state.status === "closed" && (
        <button type="button" className="quiet" onClick={() => client.open()}>
          Connect
        </button>
      )}
    </span>
  );
}

function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isTicking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
