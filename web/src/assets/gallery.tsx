/** The gallery: every asset that the user may see, with small charts and a search. */

import type { AssetListItem } from "@threadcast/client";
import { FileText, LayoutDashboard, Search } from "lucide-react";
import { useDeferredValue, useEffect, useRef, useState } from "react";

import { hashOf } from "../app/place.ts";
import { Chart } from "../charts/chart.tsx";
import { Empty, Notice, Waiting } from "../ui/states.tsx";
import { useAssets, useMetric, useSearch } from "./queries.ts";

export function Gallery() {
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query.trim());
  const assets = useAssets();
  const search = useSearch(wanted);
  const found = wanted === "" ? null : new Set(search.data?.map((each) => each.id));
  const shown = assets.data?.filter((each) => found === null || found.has(each.id)) ?? [];
  return (
    <main className="page" id="main">
      <header className="page-head">
        <div>
          <h1>Data</h1>
          <p className="muted">Look at a chart, then ask about it.</p>
        </div>
        <label className="search">
          <Search size={16} aria-hidden="true" />
          <span className="hidden">Search the assets</span>
          <input type="search" placeholder="Search" value={query} onChange={(event) => setQuery(event.target.value)} />
        </label>
      </header>
      {assets.isPending && <Waiting label="Loading the assets" />}
      {assets.error && <Notice error={assets.error} onRetry={() => void assets.refetch()} />}
      {search.error && wanted && <Notice error={search.error} onRetry={() => void search.refetch()} />}
      {assets.data?.length === 0 && (
        <Empty title="Nothing to look at yet">
          No metric, dashboard or report is shared with you. An operator loads a folder of assets with one command.
        </Empty>
      )}
      {found !== null && search.data && shown.length === 0 && <Empty title="No asset matches">Try another word.</Empty>}
      <ul className="gallery" aria-label="Assets">
        {shown.map((asset) => (
          <li key={asset.id}>
            <Card asset={asset} />
          </li>
        ))}
      </ul>
    </main>
  );
}

function Card({ asset }: { asset: AssetListItem }) {
  return (
    <a className="card" href={hashOf({ screen: "asset", kind: asset.type, id: asset.id })}>
      <span className="card-picture">
        {asset.type === "metric" ? <SmallChart id={asset.id} /> : <Symbol type={asset.type} />}
      </span>
      <span className="card-title">{asset.name}</span>
      <span className="card-note">
        {asset.type}
        {asset.created_by_name ? ` · ${asset.created_by_name}` : ""}
      </span>
    </a>
  );
}

function Symbol({ type }: { type: AssetListItem["type"] }) {
  const Icon = type === "dashboard" ? LayoutDashboard : FileText;
  return <Icon className="card-symbol" size={34} strokeWidth={1.25} aria-hidden="true" />;
}

/** Rows are fetched when the card comes into view. */
function SmallChart({ id }: { id: string }) {
  const element = useRef<HTMLSpanElement>(null);
  const [isSeen, setIsSeen] = useState(false);
  const metric = useMetric(id, isSeen);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setIsSeen(true), {
      rootMargin: "200px",
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <span ref={element} className="small-chart">
      {metric.data && <Chart metric={metric.data} isSmall />}
      {metric.error && <span className="muted">No preview</span>}
    </span>
  );
}
