/** Builds the page into `dist`: static files that any host can serve, with relative addresses. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const client = (path: string) => new URL(`../clients/typescript/src/${path}`, import.meta.url).pathname;

export default defineConfig({
  base: "./",
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^@threadcast\/client$/, replacement: client("index.ts") },
      { find: /^@threadcast\/client\/ai-sdk$/, replacement: client("ai-sdk/index.ts") },
      { find: /^rehype-raw$/, replacement: new URL("src/ui/no-raw-html.ts", import.meta.url).pathname },
    ],
  },
  build: {
    target: "es2022",
    // Inlined files and preload helpers would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
