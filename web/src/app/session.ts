/** Who uses the page: a demo user, whose token the demo signed, or a user of an identity provider. */

import type { PageConfig } from "./config.ts";

export interface Session {
  name: string;
  /** Return a token that is valid now. Rejects if the user must sign in again. */
  token(): Promise<string>;
  signOut(): Promise<void>;
}

export interface DemoUser {
  name: string;
  about: string;
  token: string;
}

/** What the page can offer to a visitor. */
export type SignIn =
  | { kind: "signed-in"; session: Session }
  | { kind: "demo"; users: DemoUser[] }
  | { kind: "oidc"; start(): Promise<void> }
  | { kind: "none" };

const KEY = "threadcast.demo";
const USER = "threadcast.user";

export async function findSession(config: PageConfig): Promise<SignIn> {
  if (config.oidc) return (await import("./oidc.ts")).signIn(config.oidc);
  const users = await demoUsers();
  if (users.length === 0) return { kind: "none" };
  const chosen = users.find((user) => user.name === localStorage.getItem(USER));
  return chosen ? { kind: "signed-in", session: demoSession(chosen) } : { kind: "demo", users };
}

export function demoSession(user: DemoUser): Session {
  localStorage.setItem(USER, user.name);
  return {
    name: user.name,
    // A restarted demo signs with another secret, and writes new tokens under the same key only while it runs.
    token: async () => (await demoUsers()).find((each) => each.name === user.name)?.token ?? user.token,
    signOut: async () => localStorage.removeItem(USER),
  };
}

/** The demo prints an address with a key; the file with its users' tokens has the key in its name. */
async function demoUsers(): Promise<DemoUser[]> {
  const given = /^#demo=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, "", "#/");
  }
  const key = localStorage.getItem(KEY);
  if (key === null) return [];
  const answer = await fetch(`users-${key}.json`, { cache: "no-store" });
  if (!answer.ok) return [];
  return (await answer.json()) as DemoUser[];
}
