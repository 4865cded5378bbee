/** Takes the place of `rehype-raw`: HTML in an answer is dropped, so that its parser need not be loaded. */

export default function noRawHtml() {
  return (tree: unknown): unknown => tree;
}
