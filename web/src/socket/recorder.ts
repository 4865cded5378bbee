/** Records what crosses the page's sockets, and lets a developer disturb them. */

export interface Crossing {
  id: number;
  /** Milliseconds since the page was loaded. */
  at: number;
  direction: "in" | "out" | "socket";
  /** The frame's event, the request's route, or what happened to the socket. */
  name: string;
  bytes: number;
  text: string;
}

const KEPT = 500;

export class Recorder {
  readonly WebSocket: typeof WebSocket;
  #crossings: readonly Crossing[] = [];
  #count = 0;
  #held: (() => void)[] = [];
  #isFrozen = false;
  #delayMs = 0;
  readonly #sockets = new Set<WebSocket>();
  readonly #listeners = new Set<() => void>();

  constructor() {
    const recorder = this;
    this.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        recorder.#watch(this);
      }

      override send(data: string): void {
        recorder.#record("out", nameOf(data, "route"), data);
        super.send(data);
      }
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The newest crossings, oldest first; a new array on each change. */
  get crossings(): readonly Crossing[] {
    return this.#crossings;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  clear(): void {
    this.#crossings = [];
    this.#changed();
  }

  /** Send a message as it is; return false if no socket is open. */
  send(text: string): boolean {
    const open = [...this.#sockets].find((socket) => socket.readyState === WebSocket.OPEN);
    open?.send(text);
    return open !== undefined;
  }

  /** Close the sockets without the client's doing. */
  drop(): void {
    this.#record("socket", "dropped by hand");
    for (const socket of this.#sockets) socket.close(3000, "dropped by hand");
  }

  /** Hold what arrives, until the next call with false. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#record("socket", isFrozen ? "frozen" : "released");
    if (isFrozen) return;
    for (const deliver of this.#held.splice(0)) deliver();
  }

  /** Deliver what arrives later by this much. */
  throttle(delayMs: number): void {
    this.#delayMs = delayMs;
    this.#changed();
  }

  #watch(socket: WebSocket): void {
    let isDelivering = false;
    this.#sockets.add(socket);
    socket.addEventListener("open", () => this.#record("socket", "open"));
    socket.addEventListener("close", (event) => {
      this.#sockets.delete(socket);
      this.#record("socket", `closed ${event.code} ${event.reason}`.trim());
    });
    // This listener is the first one, so it can keep the message from the client's.
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      if (isDelivering) return;
      event.stopImmediatePropagation();
      const deliver = (): void => {
        isDelivering = true;
        this.#record("in", nameOf(event.data, "event"), event.data);
        socket.dispatchEvent(new MessageEvent("message", { data: event.data }));
        isDelivering = false;
      };
      if (this.#isFrozen || this.#held.length > 0) this.#held.push(deliver);
      else if (this.#delayMs > 0) setTimeout(deliver, this.#delayMs);
      else deliver();
    });
  }

  #record(direction: Crossing["direction"], name: string, text = ""): void {
    this.#count += 1;
    const bytes = new TextEncoder().encode(text).length;
    const crossing = { id: this.#count, at: performance.now(), direction, name, bytes, text };
    this.#crossings = [...this.#crossings.slice(1 - KEPT), crossing];
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function nameOf(text: string, key: "event" | "route"): string {
  try {
    return String((JSON.parse(text) as Record<string, unknown>)[key] ?? "no " + key);
  } catch {
    return "not JSON";
  }
}
