/** One request of each kind against a running stack: a change, a list, a search, an asset with rows, a refusal. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { NotFound } from "@threadcast/client";

import { METRIC, newClient } from "./running-stack.ts";

const client = newClient();
after(() => client.close());

test("a chat is renamed, found, listed page by page, copied, rated and deleted", async () => {
  const opened = await client.post(METRIC).result;
  const title = `Rain ${crypto.randomUUID()}`;
  const renamed = await client.updateChat(opened.id, { title, is_favorited: true });
  const copy = await client.duplicateChat(opened.id);
  const rated = await client.rateMessage(opened.id, opened.message_ids[0]!, "positive");
  const found = [];
  for await (const each of client.searchChats(title)) found.push(each.id);
  const listed = [];
  for await (const each of client.listChats({ page_size: 1 })) {
    listed.push(each.id);
    if (listed.includes(opened.id) && listed.includes(copy.id)) break;
  }
  await client.deleteChats(opened.id, copy.id);

  assert.deepEqual([renamed.title, renamed.is_favorited, rated.feedback], [title, true, "positive"]);
  assert.deepEqual(found.sort(), [opened.id, copy.id].sort());
  await assert.rejects(client.getChat(opened.id), NotFound);
});

test("a metric arrives with all of its rows, and is listed and found", async () => {
  const metric = await client.getMetric(METRIC.asset_id);
  const listed = [];
  for await (const each of client.listMetrics({ page_size: 2 })) listed.push(each.id);
  const found = await client.search(metric.definition.name);

  assert.equal(metric.rows.length, metric.metadata.row_count);
  assert.ok(listed.includes(METRIC.asset_id));
  assert.ok(found.some((each) => each.id === METRIC.asset_id));
  assert.equal((await client.getUsage()).budget.tokens, null);
});

test("an asset that does not exist is not found, in one frame or in several", async () => {
  await assert.rejects(client.getReport(crypto.randomUUID()), NotFound);
  await assert.rejects(client.getMetric(crypto.randomUUID()), NotFound);
});
