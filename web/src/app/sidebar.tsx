/** The navigation: the assets, a new chat, the user, the connection. */

import { BarChart3, Code2, LogOut, Moon, PanelLeft, SquarePen, Sun } from "lucide-react";
import { useEffect, useState } from "react";

import { ChatList } from "../chats/chat-list.tsx";
import { Usage } from "../chats/usage.tsx";
import { ConnectionStatus } from "../socket/connection-state.tsx";
import { useDesktop } from "./context.ts";
import { go, hashOf, type Place } from "./place.ts";
import { Logo } from "./sign-in.tsx";
import { useTheme } from "./theme.ts";

interface SidebarProps {
  place: Place;
  onSignOut(): void;
  onDeveloper(): void;
  isDeveloper: boolean;
}

export function Sidebar({ place, onSignOut, onDeveloper, isDeveloper }: SidebarProps) {
  const { session } = useDesktop();
  const [theme, toggleTheme] = useTheme();
  const [areChatsOpen, setAreChatsOpen] = useState(false);
  const where = hashOf(place);
  useEffect(() => setAreChatsOpen(false), [where]);
  const isData = place.screen === "gallery" || place.screen === "asset";
  return (
    <nav className={areChatsOpen ? "sidebar chats-open" : "sidebar"} aria-label="Main">
      <button
        type="button"
        className="icon on-phone"
        aria-label="Chats"
        aria-expanded={areChatsOpen}
        onClick={() => setAreChatsOpen(!areChatsOpen)}
      >
        <PanelLeft size={18} aria-hidden="true" />
      </button>
      <a className="brand" href={hashOf({ screen: "gallery" })}>
        <Logo /> <span>Threadcast</span>
      </a>
      <a className="nav-item" href={hashOf({ screen: "gallery" })} aria-current={isData ? "page" : undefined}>
        <BarChart3 size={17} aria-hidden="true" /> <span>Data</span>
      </a>
      <button type="button" className="nav-item" onClick={() => go({ screen: "new", asset: null })}>
        <SquarePen size={17} aria-hidden="true" /> <span>New chat</span>
      </button>
      <ChatList current={place.screen === "chat" ? place.id : null} />
      <div className="sidebar-end">
        <Usage />
        <ConnectionStatus />
        <div className="user">
          <span className="avatar" aria-hidden="true">
            {session.name.charAt(0)}
          </span>
          <span className="user-name">{session.name}</span>
          <button
            type="button"
            className="icon"
            aria-label={theme === "dark" ? "Light colors" : "Dark colors"}
            onClick={toggleTheme}
          >
            {theme === "dark" ? <Sun size={16} aria-hidden="true" /> : <Moon size={16} aria-hidden="true" />}
          </button>
          <button type="button" className="icon" aria-label="Developer" aria-pressed={isDeveloper} onClick={onDeveloper}>
            <Code2 size={16} aria-hidden="true" />
          </button>
          <button type="button" className="icon" aria-label="Sign out" onClick={onSignOut}>
            <LogOut size={16} aria-hidden="true" />
          </button>
        </div>
      </div>
    </nav>
  );
}
