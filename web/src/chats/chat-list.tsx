/** The user's chats in the navigation: favourites first, with a search over titles and questions. */

import { Search } from "lucide-react";
import { useDeferredValue, useState } from "react";

import { Notice } from "../ui/states.tsx";
import { ChatRow } from "./chat-row.tsx";
import { type ListedChat, useChats } from "./queries.ts";

export function ChatList({ current }: { current: string | null }) {
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query.trim());
  const { chats, error, isPending, hasNextPage, fetchNextPage, refetch } = useChats(wanted);
  const favorites = chats.filter((chat) => chat.is_favorited);
  const others = chats.filter((chat) => !chat.is_favorited);
  return (
    <section className="chats" aria-label="Chats">
      <label className="search">
        <Search size={14} aria-hidden="true" />
        <span className="hidden">Search the chats</span>
        <input type="search" placeholder="Search chats" value={query} onChange={(event) => setQuery(event.target.value)} />
      </label>
      <div className="chats-scroll">
        {error && <Notice error={error} onRetry={() => void refetch()} />}
        {!isPending && !error && chats.length === 0 && (
          <p className="chats-empty">{wanted ? "No chat matches." : "Your chats appear here."}</p>
        )}
        <Group title="Favourites" chats={favorites} current={current} />
        <Group title={favorites.length > 0 ? "Others" : "Chats"} chats={others} current={current} />
        {hasNextPage && (
          <button type="button" className="quiet" onClick={() => void fetchNextPage()}>
            Show more
          </button>
        )}
      </div>
    </section>
  );
}

function Group({ title, chats, current }: { title: string; chats: ListedChat[]; current: string | null }) {
  if (chats.length === 0) return null;
  return (
    <>
      <h2 className="chats-title">{title}</h2>
      <ul aria-label={title}>
        {chats.map((chat) => (
          <ChatRow key={chat.id} chat={chat} isCurrent={chat.id === current} />
        ))}
      </ul>
    </>
  );
}
