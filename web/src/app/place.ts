/** Where the user is in the page: the fragment of its address, so that any static host can serve it. */

import { useSyncExternalStore } from "react";

export type AssetKind = "metric" | "dashboard" | "report";

export type Place =
  | { screen: "gallery" }
  | { screen: "asset"; kind: AssetKind; id: string }
  | { screen: "new"; asset: { kind: AssetKind; id: string } | null }
  | { screen: "chat"; id: string };

const KINDS = new Set(["metric", "dashboard", "report"]);
let starts = 0;

export function hashOf(place: Place): string {
  switch (place.screen) {
    case "gallery":
      return "#/";
    case "asset":
      return `#/assets/${place.kind}/${place.id}`;
    case "new":
      return place.asset ? `#/new/${place.asset.kind}/${place.asset.id}` : "#/new";
    case "chat":
      return `#/chats/${place.id}`;
  }
}

export function placeOf(hash: string): Place {
  const [, first, second = "", third = ""] = hash.split("/");
  const isAsset = KINDS.has(second) && third !== "";
  if (first === "assets" && isAsset) return { screen: "asset", kind: second as AssetKind, id: third };
  if (first === "new") return { screen: "new", asset: isAsset ? { kind: second as AssetKind, id: third } : null };
  if (first === "chats" && second !== "") return { screen: "chat", id: second };
  return { screen: "gallery" };
}

/** Go to a place. `replace` keeps the former one out of the history. */
export function go(place: Place, replace = false): void {
  if (place.screen === "new") starts += 1;
  const hash = hashOf(place);
  if (hash === location.hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else if (replace) location.replace(hash);
  else location.hash = hash;
}

/** Return how many chats were begun: each is a conversation of its own, even about the same asset. */
export function startCount(): number {
  return starts;
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => `${starts}${location.hash}`).replace(/^\d+/, "");
}
