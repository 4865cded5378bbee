/** Builders of small frames, and the frames recorded from a running stack. */

import { readdirSync, readFileSync } from "node:fs";

import type { AnyFrame, ChatPayload, MessagePayload, TextResponseMessage } from "@threadcast/client";

export const CHAT = "c0000000-0000-4000-8000-000000000001";
export const MESSAGE = "a0000000-0000-4000-8000-000000000001";
export const OTHER_MESSAGE = "b0000000-0000-4000-8000-000000000002";

export interface Recording {
  name: string;
  frames: AnyFrame[];
  folded: ChatPayload;
}

export function recordings(): Recording[] {
  const folder = new URL("../../../fixtures/", import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({
      name: file.slice(0, -".json".length),
      ...(JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Omit<Recording, "name">),
    }));
}

export function recording(name: string): Recording {
  return recordings().find((each) => each.name === name)!;
}

export function message(fields: Partial<MessagePayload> = {}): MessagePayload {
  return {
    id: MESSAGE,
    request_message: { request: "Why?", sender_id: "u", sender_name: "Ada", sender_avatar: null },
    response_message_ids: [],
    response_messages: {},
    reasoning_message_ids: [],
    reasoning_messages: {},
    created_at: "2026-01-05T10:00:00Z",
    updated_at: "2026-01-05T10:00:00Z",
    final_reasoning_message: null,
    feedback: null,
    is_completed: false,
    post_processing_message: null,
    ...fields,
  };
}

export function chat(...messages: MessagePayload[]): ChatPayload {
  return {
    id: CHAT,
    title: "",
    is_favorited: false,
    message_ids: messages.map((each) => each.id),
    messages: Object.fromEntries(messages.map((each) => [each.id, each])),
    created_at: "2026-01-05T10:00:00Z",
    updated_at: "2026-01-05T10:00:00Z",
    created_by: "u",
    created_by_id: "u",
    created_by_name: "Ada",
    created_by_avatar: null,
    individual_permissions: null,
    publicly_accessible: false,
    public_expiry_date: null,
    public_enabled_by: null,
    public_password: null,
    permission: "owner",
    workspace_sharing: "none",
    workspace_sharing_enabled_by: null,
    workspace_sharing_enabled_at: null,
    workspace_member_count: null,
    feedback: null,
  };
}

export function text(fields: Partial<TextResponseMessage>): TextResponseMessage {
  return {
    id: "t1",
    type: "text",
    message: null,
    message_chunk: null,
    is_final_message: false,
    originating_tool_name: null,
    ...fields,
  };
}

export function frame(event: string, payload: unknown, fields: object = {}): AnyFrame {
  return { route: "/chats/post", event, payload, sent_by: null, error: null, send_method: "All", ...fields };
}

export function chunk(message_chunk: string, fields: object = {}): AnyFrame {
  return response(text({ message_chunk }), fields);
}

export function whole(message: string, fields: object = {}): AnyFrame {
  return response(text({ message, is_final_message: true }), fields);
}

function response(response_message: TextResponseMessage, fields: object): AnyFrame {
  const ids = { chat_id: CHAT, message_id: MESSAGE, progress: "in_progress" };
  return frame("generatingResponseMessage", { response_message, ...ids }, fields);
}

export function error(code: string, message: string, fields: object = {}, event = "postThread"): AnyFrame {
  return frame(event, null, { error: { code, message }, send_method: "SenderOnly", ...fields });
}
