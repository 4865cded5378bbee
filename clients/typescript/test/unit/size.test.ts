/** The size of the core, as it is published. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const MAX_BYTES = 8 * 1024;

test("the core is smaller than 8 KB gzipped, and imports nothing", (context) => {
  const folder = new URL("./", import.meta.resolve("@threadcast/client"));
  const files = readdirSync(folder).filter((file) => file.endsWith(".js"));
  const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8"));
  const imported = sources.flatMap((source) => [...source.matchAll(/from "([^"]+)"/g)].map((match) => match[1]!));

  const bytes = gzipSync(sources.join("\n"), { level: 9 }).length;
  context.diagnostic(`${bytes} bytes gzipped`);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  assert.deepEqual(imported.filter((name) => !name.startsWith("./")), []);
});
