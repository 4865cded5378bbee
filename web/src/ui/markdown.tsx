/** Markdown as it streams: an unfinished bold or code is shown as if it were finished. */

import { createContext, useContext } from "react";
import { Streamdown } from "streamdown";

/** Asks a question that an answer suggests; null where none can be asked now. */
export const AskContext = createContext<((question: string) => void) | null>(null);

/** Links and images of an answer lead to other sites: only plain links are kept. */
export function Markdown({ text, isStreaming = false }: { text: string; isStreaming?: boolean }) {
  return (
    <Streamdown
      className="markdown"
      mode={isStreaming ? "streaming" : "static"}
      parseIncompleteMarkdown={isStreaming}
      controls={false}
      components={COMPONENTS}
    >
      {text}
    </Streamdown>
  );
}

/** A list item that is a question can be asked by a click. */
function ListItem({ children }: { children?: React.ReactNode | undefined }) {
  const ask = useContext(AskContext);
  if (typeof children !== "string" || !children.trim().endsWith("?")) return <li>{children}</li>;
  return (
    <li className="suggested">
      <button type="button" disabled={ask === null} onClick={() => ask?.(children.trim())}>
        {children}
      </button>
    </li>
  );
}

const COMPONENTS = {
  img: () => null,
  li: ListItem,
  a: ({ href, children }: { href?: string | undefined; children?: React.ReactNode | undefined }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  table: ({ children }: { children?: React.ReactNode | undefined }) => (
    <div className="table-scroll" role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};
