/** A metric as its definition says: a chart, a single number, or a table. */

import type { Metric } from "@threadcast/client";
import { lazy, Suspense, useMemo } from "react";

import { DataTable } from "./data-table.tsx";
import { Columns, configOf, singleNumber } from "./values.ts";

const Drawing = lazy(() => import("./drawing.tsx"));

export function Chart({ metric, isSmall = false, height }: { metric: Metric; isSmall?: boolean; height?: number }) {
  const columns = useMemo(() => new Columns(metric), [metric]);
  const type = configOf(metric).selectedChartType;
  const tall = height ?? (isSmall ? 108 : 320);
  if (metric.rows.length === 0) return <p className="muted">No rows.</p>;
  if (type === "metric") return <SingleNumber columns={columns} />;
  if (type === "table") return <DataTable columns={columns} initial={isSmall ? 3 : 10} canGrow={!isSmall} />;
  const label = `${type} chart of ${metric.definition.name}`;
  return (
    <Suspense fallback={<div className="drawing waiting" style={{ height: tall }} />}>
      <Drawing columns={columns} label={label} isSmall={isSmall} height={tall} />
    </Suspense>
  );
}

function SingleNumber({ columns }: { columns: Columns }) {
  const found = singleNumber(columns);
  if (found === null) return <p className="muted">No number.</p>;
  return (
    <p className="single-number">
      <strong>{found.text}</strong> <span>{found.label}</span>
    </p>
  );
}
