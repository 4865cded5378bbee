/** What every screen uses: the connection, the transport over it, and the user. */

import { QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Threadcast } from "@threadcast/client";
import { ThreadcastChatTransport } from "@threadcast/client/ai-sdk";
import { createContext, useContext } from "react";

import { Recorder } from "../socket/recorder.ts";
import { type PageConfig, socketUrl } from "./config.ts";
import type { Session } from "./session.ts";

export interface Desktop {
  session: Session;
  client: Threadcast;
  transport: ThreadcastChatTransport;
  recorder: Recorder;
  queries: QueryClient;
}

export function openDesktop(config: PageConfig, session: Session): Desktop {
  const recorder = new Recorder();
  const client = new Threadcast({
    url: socketUrl(config),
    token: () => session.token(),
    WebSocket: recorder.WebSocket,
  });
  client.open();
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } } });
  return { session, client, transport: new ThreadcastChatTransport(client), recorder, queries };
}

export const DesktopContext = createContext<Desktop | null>(null);

export function useDesktop(): Desktop {
  const desktop = useContext(DesktopContext);
  if (desktop === null) throw new Error("used outside of a signed-in page");
  return desktop;
}

/** Fetch something over the socket, once for all components that show it. */
export function useFetched<T>(
  key: readonly unknown[],
  fetch: (client: Threadcast) => Promise<T>,
  isEnabled = true,
): UseQueryResult<T> {
  const { client } = useDesktop();
  return useQuery({ queryKey: key, queryFn: () => fetch(client), enabled: isEnabled });
}
