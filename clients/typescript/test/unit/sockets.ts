/** A WebSocket class whose other end is the test. */

import { mock } from "node:test";

import type { AnyFrame } from "@threadcast/client";

export class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: { route: string; payload: never; request_id: string }[] = [];
  closedWith: number | undefined | null = null;
  readonly url: string;
  readonly protocols: string[] | undefined;

  constructor(url: string, protocols?: string[]) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as never);
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  /** Complete the handshake. */
  open(): void {
    this.onopen?.();
  }

  deliver(frame: AnyFrame | string): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** Lose the socket. */
  drop(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }
}

export const FakeWebSocket = FakeSocket as unknown as typeof WebSocket;

/** Forget former sockets, and put timers, the time and chance under the test's control. */
export function controlled(): void {
  mock.reset();
  mock.timers.reset();
  FakeSocket.all = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 1);
}

/** Let promises settle that need no timer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Advance the time step by step, so that timers which promises set are due too. */
export async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    mock.timers.tick(Math.min(left, 500));
    await settled();
  }
}
