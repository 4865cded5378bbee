/** A metric as a Vega-Lite specification. Pure: the theme is an argument. */

import type { TopLevelSpec } from "vega-lite";

import type { ChartConfig, Columns, Row } from "./values.ts";

export interface ChartTheme {
  text: string;
  muted: string;
  line: string;
  palette: string[];
}

export interface ChartSize {
  /** A small chart has no axes and no legend. */
  isSmall: boolean;
  height: number;
  legendColumns: number;
}

type Channel = Record<string, unknown>;

/** Return the specification; null for what is not drawn: tables, single numbers, and charts without axes. */
export function specification(columns: Columns, theme: ChartTheme, size: ChartSize): TopLevelSpec | null {
  const chart = chartOf(columns);
  if (chart === null) return null;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: "container",
    height: size.height,
    background: "transparent",
    padding: size.isSmall ? 2 : 4,
    autosize: { type: "fit", contains: "padding" },
    data: { values: columns.metric.rows.map((row) => withTimes(row, columns)) },
    ...chart(size),
    config: themeConfig(columns.config, theme, size),
  } as unknown as TopLevelSpec;
}

function chartOf(columns: Columns): ((size: ChartSize) => object) | null {
  const { config } = columns;
  const axis = config.barAndLineAxis ?? config.comboChartAxis ?? config.scatterAxis ?? config.pieChartAxis ?? {};
  const [x, y] = [axis.x?.[0], axis.y?.[0]];
  if (x === undefined || y === undefined) return null;
  const series = { x, ys: axis.y ?? [], category: axis.category?.[0] };
  switch (config.selectedChartType) {
    case "line":
      return (size) => lines(columns, series, size);
    case "bar":
      return (size) => bars(columns, series, size);
    case "scatter":
      return (size) => points(columns, series, size);
    case "combo":
      return (size) => combined(columns, { ...series, y2: axis.y2?.[0] ?? axis.y?.[1] }, size);
    case "pie":
      return () => slices(columns, series);
    case "metric":
    case "table":
      return null;
  }
}

interface Series {
  x: string;
  ys: string[];
  category: string | undefined;
}

function lines(columns: Columns, series: Series, size: ChartSize): object {
  const isDense = columns.metric.rows.length > 400;
  return {
    ...folded(columns, series),
    mark: { type: "line", strokeWidth: size.isSmall || isDense ? 1.5 : 2.25, point: false },
    encoding: encoding(columns, series, xChannel(columns, series.x), size),
  };
}

function bars(columns: Columns, series: Series, size: ChartSize): object {
  const x = { ...xChannel(columns, series.x), ...band(columns, series.x) };
  const channels = encoding(columns, series, x, size);
  const isHorizontal = columns.config.barLayout === "horizontal";
  return {
    ...folded(columns, series),
    mark: { type: "bar", cornerRadiusEnd: 2 },
    encoding: isHorizontal ? { ...channels, x: channels["y"], y: channels["x"] } : channels,
  };
}

function points(columns: Columns, series: Series, size: ChartSize): object {
  return {
    ...folded(columns, series),
    mark: { type: "point", filled: true, opacity: 0.65, size: size.isSmall ? 12 : 36 },
    encoding: encoding(columns, series, xChannel(columns, series.x), size),
  };
}

function combined(columns: Columns, series: Series & { y2: string | undefined }, size: ChartSize): object {
  const first = { ...series, ys: series.ys.slice(0, 1) };
  const bar = bars(columns, first, size);
  if (series.y2 === undefined) return bar;
  const line = lines(columns, { ...series, ys: [series.y2], category: undefined }, size);
  return { layer: [bar, line], resolve: { scale: { y: "independent" } } };
}

function slices(columns: Columns, { x, ys }: Series): object {
  const y = ys[0]!;
  return {
    mark: { type: "arc", innerRadius: 40, padAngle: 0.01 },
    encoding: {
      theta: { field: y, type: "quantitative", stack: true },
      color: { field: x, type: "nominal", title: null },
      tooltip: [tooltip(columns, x), tooltip(columns, y)],
    },
  };
}

/** Several measures become one column of values, and their names the series. */
function folded(columns: Columns, { ys }: Series): object {
  return ys.length < 2
    ? {}
    : {
        transform: [
          { fold: ys, as: ["__name", "__value"] },
          { calculate: `${JSON.stringify(Object.fromEntries(ys.map((y) => [y, columns.label(y)])))}[datum.__name]`, as: "__series" },
        ],
      };
}

function encoding(columns: Columns, series: Series, x: Channel, size: ChartSize): Record<string, Channel | Channel[]> {
  const isFolded = series.ys.length > 1;
  const y = series.ys[0]!;
  const color = isFolded ? "__series" : series.category;
  const units = new Set(series.ys.map((each) => columns.unit(each)));
  const title = isFolded ? [...units].join(", ") || null : columns.title(y);
  const value = isFolded ? "__value" : y;
  const axis = size.isSmall ? { axis: null } : {};
  return {
    x: { ...x, title: columns.type(series.x) === "date" ? null : columns.title(series.x), ...axis },
    y: { field: value, type: "quantitative", title, ...axis },
    ...(color && { color: { field: color, type: "nominal", title: null, ...(size.isSmall && { legend: null }) } }),
    tooltip: [
      tooltip(columns, series.x),
      ...(color ? [{ field: color, type: "nominal", title: isFolded ? "Series" : columns.label(color) }] : []),
      isFolded ? { field: "__value", type: "quantitative", title: "Value", format: ",.4~r" } : tooltip(columns, y),
    ],
  };
}

function xChannel(columns: Columns, name: string): Channel {
  switch (columns.type(name)) {
    case "date":
      return { field: name, type: "temporal", scale: { type: "utc" } };
    case "number":
      return { field: name, type: "quantitative", scale: { zero: false } };
    case "text":
      return { field: name, type: "ordinal", sort: null };
  }
}

/** Bars need a unit of time, or they are as thin as a line. */
function band(columns: Columns, name: string): Channel {
  if (columns.type(name) === "number") return { type: "ordinal", scale: {} };
  if (columns.type(name) !== "date") return {};
  return { timeUnit: { year: "utcyear", month: "utcyearmonth", day: "utcyearmonthdate" }[columns.granularity(name)] };
}

function tooltip(columns: Columns, name: string): Channel {
  const title = columns.title(name);
  if (columns.type(name) === "number") return { field: name, type: "quantitative", title, format: ",.6~r" };
  return { field: columns.type(name) === "date" ? `__text_${name}` : name, type: "nominal", title };
}

/** Dates become epoch milliseconds; their text stays for the tooltip. */
function withTimes(row: Row, columns: Columns): Row {
  const copy: Row = { ...row };
  for (const [name, value] of Object.entries(row)) {
    if (columns.type(name) !== "date" || value === null) continue;
    copy[name] = Date.parse(String(value));
    copy[`__text_${name}`] = columns.text(name, value);
  }
  return copy;
}

function themeConfig(config: ChartConfig, theme: ChartTheme, size: ChartSize): object {
  return {
    font: "inherit",
    view: { stroke: null },
    range: { category: config.colors ?? theme.palette },
    mark: { color: (config.colors ?? theme.palette)[0], tooltip: !size.isSmall },
    axis: {
      domain: false,
      ticks: false,
      labelColor: theme.muted,
      titleColor: theme.muted,
      titleFontWeight: "normal",
      labelFontSize: 11.5,
      titleFontSize: 11.5,
      labelPadding: 8,
      gridColor: theme.line,
    },
    axisX: { grid: false, labelFlush: false, labelOverlap: "greedy", labelSeparation: 10 },
    axisY: { tickCount: 5, titleAnchor: "end", titleAngle: 0, titleAlign: "left", titleY: -12, titleX: 0 },
    legend: { orient: "bottom", labelColor: theme.text, labelFontSize: 12, symbolType: "stroke", symbolStrokeWidth: 3, columns: size.legendColumns, columnPadding: 20, labelLimit: 220, offset: 14 },
  };
}
