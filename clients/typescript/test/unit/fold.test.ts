/** The fold, held against the frames that the Python fold is tested with, and by properties. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { type AnyFrame, type ChatState, EMPTY, fold } from "@threadcast/client";
import fc from "fast-check";

import { CHAT, chat, chunk, error, frame, message, MESSAGE, OTHER_MESSAGE, recordings, whole } from "./frames.ts";

function folded(frames: AnyFrame[], state: ChatState = EMPTY): ChatState {
  return frames.filter((each) => each.event !== "complete").reduce(fold, state);
}

for (const { name, frames, folded: expected } of recordings()) {
  test(`${name}: recorded frames fold to the chat that the Python fold returns`, () => {
    assert.deepEqual(folded(frames).chat, expected);
  });
}

const TEXT = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "🙂"), maxLength: 4 });
const PART = fc.constantFrom("1", "2");
const MESSAGE_ID = fc.constantFrom(MESSAGE, OTHER_MESSAGE);

function ofPart(text: string, id: string, message_id: string, isWhole: boolean): AnyFrame {
  const made = isWhole ? whole(text) : chunk(text);
  const payload = made.payload as { response_message: object };
  return { ...made, payload: { ...payload, message_id, response_message: { ...payload.response_message, id } } };
}

const RESPONSE = fc.tuple(TEXT, PART, MESSAGE_ID, fc.boolean()).map((each) => ofPart(...each));
const TITLE = fc.tuple(TEXT, MESSAGE_ID).map(([title_chunk, message_id]) =>
  frame("generatingTitle", { title: null, title_chunk, chat_id: CHAT, message_id, progress: "in_progress" }),
);
const STREAM = fc.array(fc.oneof(RESPONSE, RESPONSE, TITLE, fc.constant(error("CONFLICT", "No."))));

test("a folded answer is its last whole message and every later chunk", () => {
  fc.assert(
    fc.property(fc.array(RESPONSE), (stream) => {
      const expected = new Map<string, string>();
      for (const { payload } of stream) {
        const { response_message: part, message_id } = payload as never as {
          response_message: { id: string; message: string | null; message_chunk: string };
          message_id: string;
        };
        const key = `${message_id}/${part.id}`;
        expected.set(key, part.message ?? (expected.get(key) ?? "") + part.message_chunk);
      }

      const { chat } = folded(stream);

      for (const [key, text] of expected) {
        const [messageId, partId] = key.split("/") as [string, string];
        const part = chat?.messages[messageId]?.response_messages[partId] as { message: string };
        assert.equal(part.message, text);
      }
    }),
  );
});

test("every id that a folded chat lists is a key, in the order of its first frame", () => {
  fc.assert(
    fc.property(STREAM, (stream) => {
      const { chat } = folded(stream);

      assert.deepEqual(chat?.message_ids ?? [], Object.keys(chat?.messages ?? {}));
      for (const each of Object.values(chat?.messages ?? {})) {
        assert.deepEqual([...each.response_message_ids].sort(), Object.keys(each.response_messages).sort());
      }
    }),
  );
});

test("splitting a chunk in two does not change the folded chat", () => {
  fc.assert(
    fc.property(STREAM, fc.nat(4), (stream, at) => {
      const split = stream.flatMap((each) => halves(each, at));

      assert.deepEqual(folded(split), folded(stream));
    }),
  );
});

function halves(each: AnyFrame, at: number): AnyFrame[] {
  const payload = each.payload as { response_message?: { message_chunk: string | null }; title_chunk?: string } | null;
  const part = payload?.response_message;
  if (part?.message_chunk) {
    const { message_chunk } = part;
    const [first, second] = [message_chunk.slice(0, at), message_chunk.slice(at)];
    const half = (text: string): AnyFrame => ({
      ...each,
      payload: { ...payload, response_message: { ...part, message_chunk: text } },
    });
    return [half(first), half(second)];
  }
  if (!payload?.title_chunk) return [each];
  const half = (text: string): AnyFrame => ({ ...each, payload: { ...payload, title_chunk: text } });
  return [half(payload.title_chunk.slice(0, at)), half(payload.title_chunk.slice(at))];
}

test("a snapshot replaces what came before, so a catch-up in the middle changes nothing that follows", () => {
  fc.assert(
    fc.property(STREAM, STREAM, (before, after) => {
      const snapshot = frame("initializeChat", chat(message()));

      assert.deepEqual(folded([...before, snapshot, ...after]), folded([snapshot, ...after]));
    }),
  );
});

test("folding does not change a former state in place", () => {
  fc.assert(
    fc.property(STREAM, (stream) => {
      let state = EMPTY;
      for (const each of stream) {
        const copy = structuredClone(state);
        const next = fold(state, each);
        assert.deepEqual(state, copy);
        state = next;
      }
    }),
  );
});
