/** Markdown as it streams: an unfinished bold or code is shown as if it were finished. */

import { Streamdown } from "streamdown";

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

const COMPONENTS = {
  img: () => null,
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
