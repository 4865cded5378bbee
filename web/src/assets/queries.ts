/** The assets of the user, fetched over the socket. */

import type { AssetListItem, DashboardStatePayload, Metric, ReportPayload, SearchItem } from "@threadcast/client";
import type { UseQueryResult } from "@tanstack/react-query";

import { useFetched } from "../app/context.ts";

export function useAssets(): UseQueryResult<AssetListItem[]> {
  return useFetched(["assets"], async (client) => {
    const pages = await Promise.all([
      client.page("/metrics/list", {}),
      client.page("/dashboards/list", {}),
      client.page("/reports/list", {}),
    ]);
    return pages.flatMap((page): AssetListItem[] => page.items);
  });
}

export function useSearch(query: string): UseQueryResult<SearchItem[]> {
  return useFetched(["search", query], (client) => client.request("/search", { query }), query !== "");
}

export function useMetric(id: string, isEnabled = true): UseQueryResult<Metric> {
  return useFetched(["metric", id], (client) => client.getMetric(id), isEnabled);
}

export function useDashboard(id: string, isEnabled = true): UseQueryResult<DashboardStatePayload> {
  return useFetched(["dashboard", id], (client) => client.request("/dashboards/get", { id }), isEnabled);
}

export function useReport(id: string, isEnabled = true): UseQueryResult<ReportPayload> {
  return useFetched(["report", id], (client) => client.request("/reports/get", { id }), isEnabled);
}
