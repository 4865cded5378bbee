/** Starts the page: reads its configuration, signs the user in, shows the screens. */

import "./styles/index.css";

import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/app.tsx";
import { loadConfig, type PageConfig } from "./app/config.ts";
import { findSession, type Session, type SignIn } from "./app/session.ts";
import { SignInScreen } from "./app/sign-in.tsx";
import { Notice, Waiting } from "./ui/states.tsx";

function Page() {
  const [config, setConfig] = useState<PageConfig>();
  const [offer, setOffer] = useState<SignIn>();
  const [session, setSession] = useState<Session>();
  const [error, setError] = useState<Error>();
  const find = (found: PageConfig): Promise<void> =>
    findSession(found).then((signIn) => {
      setOffer(signIn);
      setSession(signIn.kind === "signed-in" ? signIn.session : undefined);
    });
  useEffect(() => {
    loadConfig()
      .then((found) => {
        setConfig(found);
        return find(found);
      })
      .catch(setError);
  }, []);
  if (error) return <Notice error={error} onRetry={() => location.reload()} />;
  if (!config || !offer) return <Waiting label="Starting" />;
  if (session) return <App config={config} session={session} onSignOut={() => void session.signOut().then(() => find(config))} />;
  return <SignInScreen offer={offer} onSession={setSession} />;
}

createRoot(document.getElementById("root")!).render(<Page />);
