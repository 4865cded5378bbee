/** One asset: its chart, columns, rows and definition, and the way into a chat about it. */

import type { DashboardStatePayload, Metric } from "@threadcast/client";
import { MessageCircleQuestion } from "lucide-react";
import type { ReactNode } from "react";

import { type AssetKind, go, hashOf } from "../app/place.ts";
import { Chart } from "../charts/chart.tsx";
import { DataTable } from "../charts/data-table.tsx";
import { Columns } from "../charts/values.ts";
import { Markdown } from "../ui/markdown.tsx";
import { Notice, Waiting } from "../ui/states.tsx";
import { useDashboard, useMetric, useReport } from "./queries.ts";

export function AssetPage({ kind, id }: { kind: AssetKind; id: string }) {
  return (
    <main className="page" id="main">
      {kind === "metric" && <MetricView id={id} />}
      {kind === "dashboard" && <DashboardView id={id} />}
      {kind === "report" && <ReportView id={id} />}
    </main>
  );
}

function Head({ name, note, kind, id }: { name: string; note: string | null; kind: AssetKind; id: string }) {
  return (
    <header className="page-head">
      <div>
        <p className="crumb">
          <a href={hashOf({ screen: "gallery" })}>Data</a> / {kind}
        </p>
        <h1>{name}</h1>
        {note && <p className="lead">{note}</p>}
      </div>
      <button type="button" className="primary" onClick={() => go({ screen: "new", asset: { kind, id } })}>
        <MessageCircleQuestion size={17} aria-hidden="true" /> Ask about this
      </button>
    </header>
  );
}

function MetricView({ id }: { id: string }) {
  const { data, error, refetch } = useMetric(id);
  if (error) return <Notice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting label="Loading the metric" />;
  const { definition } = data;
  return (
    <>
      <Head name={definition.name} note={definition.description} kind="metric" id={id} />
      <section className="panel" aria-label="Chart">
        <Chart metric={data} height={360} />
        {definition.time_frame && <p className="caption">{definition.time_frame}</p>}
      </section>
      <ColumnList metric={data} />
      <Fold title={`Rows (${data.metadata.row_count.toLocaleString("en")})`}>
        <DataTable columns={new Columns(data)} />
        {data.isCut && <p className="muted">Only the first {data.rows.length.toLocaleString("en")} rows are shown.</p>}
      </Fold>
      <Definition file={definition.file} />
    </>
  );
}

function ColumnList({ metric }: { metric: Metric }) {
  const columns = new Columns(metric);
  return (
    <section aria-labelledby="columns">
      <h2 id="columns">Columns</h2>
      <dl className="columns">
        {metric.metadata.column_metadata.map((column) => (
          <div key={column.name}>
            <dt>{columns.label(column.name)}</dt>
            <dd>
              <span className="tag">{column.simple_type}</span>
              {column.min_value === null
                ? `${column.unique_values.toLocaleString("en")} different values`
                : `${columns.text(column.name, column.min_value)} to ${columns.text(column.name, column.max_value)}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function DashboardView({ id }: { id: string }) {
  const { data, error, refetch } = useDashboard(id);
  if (error) return <Notice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting label="Loading the dashboard" />;
  const { dashboard } = data;
  return (
    <>
      <Head name={dashboard.name} note={dashboard.description} kind="dashboard" id={id} />
      {data.withheld_metrics > 0 && (
        <p className="muted">{data.withheld_metrics} of its metrics are not shared with you.</p>
      )}
      <Tiles state={data} />
      <Definition file={dashboard.file} />
    </>
  );
}

export function Tiles({ state }: { state: DashboardStatePayload }) {
  return state.dashboard.config.rows.map((row) => (
    <div className="tiles" key={row.id}>
      {row.items.map((item) => (
        <Tile key={item.id} id={item.id} />
      ))}
    </div>
  ));
}

function Tile({ id }: { id: string }) {
  const { data, error } = useMetric(id);
  return (
    <section className="panel">
      {data && (
        <>
          <h2 className="tile-title">
            <a href={hashOf({ screen: "asset", kind: "metric", id })}>{data.definition.name}</a>
          </h2>
          <Chart metric={data} height={240} />
        </>
      )}
      {error && <Notice error={error} />}
      {!data && !error && <Waiting label="Loading a metric" />}
    </section>
  );
}

/** A report's metrics stand in its text, as `<metric metricId="…"/>`. */
const METRIC_TAG = /<metric\s+metricId="([0-9a-f-]{36})"\s*\/?>(?:<\/metric>)?/gi;

function ReportView({ id }: { id: string }) {
  const { data, error, refetch } = useReport(id);
  if (error) return <Notice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting label="Loading the report" />;
  // Splitting by a pattern with a group alternates texts and ids.
  const parts = data.content.split(METRIC_TAG);
  return (
    <>
      <Head name={data.name} note={data.description} kind="report" id={id} />
      <article className="report">
        {parts.map((part, index) =>
          index % 2 ? <Tile key={index} id={part} /> : <Markdown key={index} text={withoutTitle(part, data.name)} />,
        )}
      </article>
      <Definition file={data.file} />
    </>
  );
}

function withoutTitle(text: string, name: string): string {
  return text.replace(`# ${name}\n`, "");
}

function Definition({ file }: { file: string | null }) {
  if (file === null) return null;
  return (
    <Fold title="Definition">
      <pre className="code" tabIndex={0}>
        {file}
      </pre>
    </Fold>
  );
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="fold">
      <summary>{title}</summary>
      {children}
    </details>
  );
}
