/** The user's chats, fetched over the socket, and changes of one of them. */

import { type UseMutationResult, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Threadcast } from "@threadcast/client";
import { useEffect } from "react";

import { useDesktop } from "../app/context.ts";

export interface ListedChat {
  id: string;
  title: string;
  is_favorited: boolean;
  /** What the search found beside the title. */
  note: string;
}

const CHANGES = new Set(["initializeChat", "complete"]);
/** A new chat can be missing in the list for a moment. */
const SETTLE_MS = 400;

/** Return the chats, those changed last first; with a query, those in which it occurs. */
export function useChats(query: string) {
  const { client } = useDesktop();
  useRefreshedChats(client);
  const found = useInfiniteQuery({
    queryKey: ["chats", query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => chatsPage(client, query, pageParam),
    getNextPageParam: (page) => page.nextCursor,
  });
  const chats = found.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...found, chats };
}

async function chatsPage(client: Threadcast, query: string, cursor: string | null) {
  if (query === "") {
    const page = await client.page("/chats/list", { cursor });
    const items = page.items.map(({ id, title, is_favorited }): ListedChat => ({ id, title, is_favorited, note: "" }));
    return { items, nextCursor: page.nextCursor };
  }
  const page = await client.page("/chats/search", { query, cursor });
  const items = page.items.map(
    ({ id, title, additional_text }): ListedChat => ({ id, title, is_favorited: false, note: additional_text }),
  );
  return { items, nextCursor: page.nextCursor };
}

/** Fetch the list again after a turn has begun or ended, in any of the user's windows. */
function useRefreshedChats(client: Threadcast): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = client.onFrame((frame) => {
      if (!CHANGES.has(frame.event ?? "")) return;
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ["chats"] }), SETTLE_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [client, queries]);
}

/** Return a request that changes chats: the list is fetched again after it. */
export function useChange<Argument, Result>(
  change: (client: Threadcast, argument: Argument) => Promise<Result>,
): UseMutationResult<Result, Error, Argument> {
  const { client } = useDesktop();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (argument: Argument) => change(client, argument),
    onSettled: () => queries.invalidateQueries({ queryKey: ["chats"] }),
  });
}
