/** Draws a specification. Vega is large, so this module is loaded with the first chart. */

import { useEffect, useRef, useState } from "react";
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";

import { type ChartSize, type ChartTheme, specification } from "./specification.ts";
import type { Columns } from "./values.ts";

const NARROW_PX = 460;

export interface DrawingProps extends Omit<ChartSize, "legendColumns"> {
  columns: Columns;
  label: string;
}

export default function Drawing({ columns, label, isSmall, height }: DrawingProps) {
  const element = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState(false);
  const scheme = useColorScheme();
  useEffect(() => {
    const node = element.current!;
    const spec = specification(columns, themeOf(node), {
      isSmall,
      height,
      legendColumns: node.clientWidth < NARROW_PX ? 2 : 4,
    });
    if (spec === null) return;
    // Expressions are interpreted, and no style element is added: the content security policy allows neither.
    const drawing = embed(node, spec, {
      ast: true,
      expr: expressionInterpreter,
      actions: false,
      defaultStyle: false,
      renderer: isSmall ? "canvas" : "svg",
      tooltip: isSmall ? false : { disableDefaultStyle: true, theme: "custom" },
    });
    drawing.catch(() => setProblem(true));
    return () => void drawing.then((result) => result.finalize()).catch(() => {});
  }, [columns, isSmall, height, scheme]);
  if (problem) return <p className="muted">This chart cannot be drawn.</p>;
  // Vega sets a role and a label of its own on the element that it draws into.
  return (
    <div role="img" aria-label={label} className="drawing">
      <div ref={element} className="drawing" aria-hidden="true" />
    </div>
  );
}

/** Return a value that changes with the colors of the page. */
function useColorScheme(): string {
  const [scheme, setScheme] = useState("");
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const update = (): void => setScheme(`${document.documentElement.dataset["theme"] ?? ""}${media.matches}`);
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    media.addEventListener("change", update);
    update();
    return () => {
      observer.disconnect();
      media.removeEventListener("change", update);
    };
  }, []);
  return scheme;
}

function themeOf(node: Element): ChartTheme {
  const style = getComputedStyle(node);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: value("--text"),
    muted: value("--muted"),
    line: value("--line"),
    palette: Array.from({ length: 12 }, (_, index) => value(`--series-${index + 1}`)),
  };
}
