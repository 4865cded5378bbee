/** What a chart configuration says about columns: their names for people, their types and units. */

import type { Metric } from "@threadcast/client";

export type ColumnType = "number" | "text" | "date";
export type Row = Metric["rows"][number];

interface ColumnFormat {
  columnType?: ColumnType;
  style?: "number" | "currency" | "percent" | "string" | "date";
  displayName?: string;
  prefix?: string;
  suffix?: string;
  currency?: string;
  multiplier?: number;
}

type Axis = Partial<Record<"x" | "y" | "y2" | "category" | "size", string[]>>;

export interface ChartConfig {
  selectedChartType: "line" | "bar" | "combo" | "pie" | "scatter" | "metric" | "table";
  barAndLineAxis?: Axis;
  comboChartAxis?: Axis;
  pieChartAxis?: Axis;
  scatterAxis?: Axis;
  columnLabelFormats?: Record<string, ColumnFormat>;
  barLayout?: "horizontal" | "vertical";
  barGroupType?: string;
  lineGroupType?: string;
  metricColumnId?: string;
  metricValueAggregate?: "sum" | "average" | "median" | "max" | "min" | "count" | "first";
  colors?: string[];
  tableColumnOrder?: string[];
}

export function configOf({ definition }: Pick<Metric, "definition">): ChartConfig {
  return (definition.chart_config ?? { selectedChartType: "table" }) as unknown as ChartConfig;
}

/** What the dates of a column name: all of them are the first days of years, or of months. */
export type Granularity = "year" | "month" | "day";

/** A day has no limit: it may have a time. */
const LENGTHS = { year: 4, month: 7, day: undefined } as const;

export class Columns {
  readonly #granularities = new Map<string, Granularity>();
  readonly #types: Map<string, ColumnType>;

  constructor(
    readonly metric: Metric,
    readonly config: ChartConfig = configOf(metric),
  ) {
    this.#types = new Map(metric.metadata.column_metadata.map((column) => [column.name, column.simple_type]));
  }

  get names(): string[] {
    const all = Object.keys(this.metric.rows[0] ?? {});
    const first = (this.config.tableColumnOrder ?? []).filter((name) => all.includes(name));
    return [...first, ...all.filter((name) => !first.includes(name))];
  }

  type(name: string): ColumnType {
    return this.#format(name).columnType ?? this.#types.get(name) ?? "text";
  }

  label(name: string): string {
    const words = name.replaceAll("_", " ").trim();
    return this.#format(name).displayName ?? words.charAt(0).toUpperCase() + words.slice(1);
  }

  unit(name: string): string {
    const { style, suffix, prefix, currency } = this.#format(name);
    return (suffix ?? (style === "percent" ? "%" : (prefix ?? (style === "currency" ? (currency ?? "$") : "")))).trim();
  }

  title(name: string): string {
    const unit = this.unit(name);
    return unit ? `${this.label(name)} (${unit})` : this.label(name);
  }

  /** Return a value as people read it; a missing one is a dash. */
  text(name: string, value: unknown): string {
    if (value === null || value === undefined || value === "") return "–";
    if (this.type(name) === "date") return String(value).slice(0, LENGTHS[this.granularity(name)]);
    if (this.type(name) !== "number" || typeof value !== "number") return String(value);
    const { style, prefix, suffix, currency } = this.#format(name);
    const number = new Intl.NumberFormat("en", { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 }).format(value);
    const before = prefix ?? (style === "currency" && suffix === undefined ? (currency ?? "$") : "");
    const after = suffix ?? (style === "percent" && prefix === undefined ? "%" : "");
    return before + number + after;
  }

  granularity(name: string): Granularity {
    const known = this.#granularities.get(name);
    if (known !== undefined) return known;
    const texts = this.metric.rows.map((row) => String(row[name] ?? "")).filter((text) => text !== "");
    const every = (end: RegExp): boolean => texts.every((text) => end.test(text));
    const found = every(/^\d{4}(-01-01)?$/) ? "year" : every(/^\d{4}-\d\d(-01)?$/) ? "month" : "day";
    this.#granularities.set(name, found);
    return found;
  }

  #format(name: string): ColumnFormat {
    return this.config.columnLabelFormats?.[name] ?? {};
  }
}

/** Return the single number of a metric of that type. */
export function singleNumber(columns: Columns): { label: string; text: string } | null {
  const { config, metric } = columns;
  const name = config.metricColumnId ?? columns.names.find((each) => columns.type(each) === "number");
  if (name === undefined) return null;
  const values = metric.rows.map((row) => row[name]).filter((value) => typeof value === "number");
  if (values.length === 0) return { label: columns.label(name), text: "–" };
  return { label: columns.label(name), text: columns.text(name, aggregate(values, config.metricValueAggregate)) };
}

function aggregate(values: number[], how: ChartConfig["metricValueAggregate"] = "sum"): number {
  const sorted = values.toSorted((a, b) => a - b);
  const sum = values.reduce((total, value) => total + value, 0);
  const middle = sorted.length >> 1;
  switch (how) {
    case "sum":
      return sum;
    case "average":
      return sum / values.length;
    case "median":
      return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
    case "max":
      return sorted.at(-1)!;
    case "min":
      return sorted[0]!;
    case "count":
      return values.length;
    case "first":
      return values[0]!;
  }
}
