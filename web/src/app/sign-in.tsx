/** The first screen: who the visitor is. */

import { useState } from "react";

import { Notice } from "../ui/states.tsx";
import { demoSession, type DemoUser, type Session, type SignIn } from "./session.ts";

export function SignInScreen({ offer, onSession }: { offer: SignIn; onSession(session: Session): void }) {
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-box">
        <Logo />
        <h1>Threadcast</h1>
        {offer.kind === "demo" && <Users users={offer.users} onChoose={(user) => onSession(demoSession(user))} />}
        {offer.kind === "oidc" && <Provider start={offer.start} />}
        {offer.kind === "none" && (
          <p className="muted">
            Open the whole address that the demo prints: it ends with a key, by which this page finds the demo’s users.
          </p>
        )}
      </div>
    </main>
  );
}

function Users({ users, onChoose }: { users: DemoUser[]; onChoose(user: DemoUser): void }) {
  return (
    <>
      <p className="muted">Who are you?</p>
      <ul className="users">
        {users.map((user) => (
          <li key={user.name}>
            <button type="button" onClick={() => onChoose(user)}>
              <span className="avatar" aria-hidden="true">
                {user.name.charAt(0)}
              </span>
              <span>
                <strong>{user.name}</strong>
                <small>{user.about}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Provider({ start }: { start(): Promise<void> }) {
  const [error, setError] = useState<Error>();
  return (
    <>
      <p className="muted">Chat over your own data.</p>
      <button type="button" className="primary" onClick={() => void start().catch(setError)}>
        Sign in
      </button>
      {error && <Notice error={error} />}
    </>
  );
}

export function Logo() {
  return <img src="icon.svg" alt="" width={28} height={28} className="logo" />;
}
