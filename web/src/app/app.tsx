/** The page: the navigation, one screen, and the developer's drawer. */

import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";

import { AssetPage } from "../assets/asset-page.tsx";
import { Gallery } from "../assets/gallery.tsx";
import { NewChat, StoredChat } from "../chat/chat-screen.tsx";
import { conversationOf } from "../chat/conversation.ts";
import type { PageConfig } from "./config.ts";
import { DesktopContext, openDesktop } from "./context.ts";
import { type Place, placeOf, startCount, useHash } from "./place.ts";
import type { Session } from "./session.ts";
import { Sidebar } from "./sidebar.tsx";

const DeveloperDrawer = lazy(() => import("../socket/developer-drawer.tsx"));

interface AppProps {
  config: PageConfig;
  session: Session;
  onSignOut(): void;
}

export function App({ config, session, onSignOut }: AppProps) {
  const desktop = useMemo(() => openDesktop(config, session), [config, session]);
  const [isDeveloper, setIsDeveloper] = useState(false);
  const hash = useHash();
  const place = placeOf(hash);
  useEffect(() => () => desktop.client.close(), [desktop]);
  return (
    <DesktopContext value={desktop}>
      <QueryClientProvider client={desktop.queries}>
        <a className="skip" href="#main" onClick={skip}>
          Skip to the content
        </a>
        <div className={isDeveloper ? "app with-drawer" : "app"}>
          <Sidebar
            place={place}
            onSignOut={onSignOut}
            onDeveloper={() => setIsDeveloper(!isDeveloper)}
            isDeveloper={isDeveloper}
          />
          <Screen place={place} />
          {isDeveloper && (
            <Suspense>
              <DeveloperDrawer onClose={() => setIsDeveloper(false)} />
            </Suspense>
          )}
        </div>
      </QueryClientProvider>
    </DesktopContext>
  );
}

/** The address holds the place in its fragment, so the link must not change it. */
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}

function Screen({ place }: { place: Place }) {
  switch (place.screen) {
    case "gallery":
      return <Gallery />;
    case "asset":
      return <AssetPage key={place.id} kind={place.kind} id={place.id} />;
    case "new":
    case "chat":
      return <ChatScreen place={place} />;
  }
}

/** A new chat keeps its conversation when its address becomes that of the stored chat. */
function ChatScreen({ place }: { place: Extract<Place, { screen: "new" | "chat" }> }) {
  const key = place.screen === "new" ? `new-${startCount()}` : conversationOf(place.id);
  if (place.screen === "chat" && key === place.id) return <StoredChat key={key} id={key} />;
  return <NewChat key={key} id={key} asset={place.screen === "new" ? place.asset : null} />;
}
