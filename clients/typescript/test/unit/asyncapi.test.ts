/** The protocol's AsyncAPI document, checked by AsyncAPI's own parser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Parser } from "@asyncapi/parser";

const source = read("asyncapi.json");

function read(name: string): string {
  return readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
}

/** The names of the requests in the protocol's JSON Schema. */
function requests(): string[] {
  const schema = JSON.parse(read("protocol.schema.json")) as {
    $defs: { Request: { anyOf: { $ref: string }[] } };
  };
  return schema.$defs.Request.anyOf.map((each) => each.$ref.replace("#/$defs/", ""));
}

test("the published AsyncAPI document is valid, and has an operation for each request", async () => {
  const { document, diagnostics } = await new Parser().parse(source);

  assert.deepEqual(diagnostics.filter((each) => each.severity === 0).map((each) => each.message), []);
  assert.equal(document?.version(), "3.0.0");
  assert.deepEqual(
    document?.operations().filterByReceive().map((each) => each.id()),
    requests(),
  );
});

test("the parser finds a reference that leads nowhere", async () => {
  const broken = source.replace('"#/components/schemas/ChatsGet"', '"#/components/schemas/Missing"');

  const { document } = await new Parser().parse(broken);

  assert.equal(document, undefined);
});
