/** The stack that `python -m tests.web` runs beside these tests, and a WebSocket that a test can lose. */

import { type ClientOptions, Threadcast } from "@threadcast/client";

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests by python -m tests.web`);
  return value;
}

export const METRIC = { asset_id: given("THREADCAST_METRIC"), asset_type: "metric_file" } as const;
export const DASHBOARD = { asset_id: given("THREADCAST_DASHBOARD"), asset_type: "dashboard_file" } as const;

/** A question about the dashboard; the answer has about a hundred chunks, one each 40 ms. */
export const LONG_QUESTION = "What was construction employment each month?";

const open = new Set<WebSocket>();

class LosableWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    open.add(this);
    this.addEventListener("close", () => open.delete(this));
  }
}

/** Close every socket without the client's doing; return how many there were. */
export function loseSockets(): number {
  const lost = [...open];
  for (const socket of lost) socket.close();
  return lost.length;
}

export function newClient(options: Partial<ClientOptions> = {}): Threadcast {
  return new Threadcast({
    url: given("THREADCAST_URL"),
    token: given("THREADCAST_TOKEN"),
    WebSocket: LosableWebSocket,
    ...options,
  });
}

const WAIT_MS = 90_000;

/** Wait until a probe finds something, on a machine that may be busy. */
export async function until<T>(what: string, probe: () => T | undefined | null | false): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const found = probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${WAIT_MS} ms for ${what}`);
}
