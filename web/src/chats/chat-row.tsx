/** One chat in the list, and what can be done with it. */

import { Dialog } from "@base-ui/react/dialog";
import { Menu } from "@base-ui/react/menu";
import { Copy, Ellipsis, Pencil, Star, StarOff, Trash2 } from "lucide-react";
import { useState } from "react";

import { go, hashOf } from "../app/place.ts";
import { Notice } from "../ui/states.tsx";
import { type ListedChat, useChange } from "./queries.ts";

const MAX_TITLE = 300;

export function ChatRow({ chat, isCurrent }: { chat: ListedChat; isCurrent: boolean }) {
  const [isRenaming, setIsRenaming] = useState(false);
  const [isDeleting, setIsDeleting] = useState(false);
  const update = useChange((client, change: { title?: string; is_favorited?: boolean }) =>
    client.request("/chats/update", { id: chat.id, ...change }),
  );
  const duplicate = useChange((client) => client.request("/chats/duplicate", { id: chat.id }));
  const name = chat.title || "New chat";
  const error = update.error ?? duplicate.error;
  if (isRenaming) {
    return (
      <li>
        <RenameForm
          title={chat.title}
          onEnd={(title) => {
            setIsRenaming(false);
            if (title && title !== chat.title) update.mutate({ title });
          }}
        />
      </li>
    );
  }
  return (
    <li className="chat-row">
      <a href={hashOf({ screen: "chat", id: chat.id })} aria-current={isCurrent ? "page" : undefined}>
        <span>{update.isPending ? (update.variables.title ?? name) : name}</span>
        {chat.note && <small>{chat.note}</small>}
      </a>
      <Menu.Root modal={false}>
        <Menu.Trigger className="icon" aria-label={`More about ${name}`}>
          <Ellipsis size={15} aria-hidden="true" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="start" sideOffset={4} className="menu-place">
            <Menu.Popup className="menu">
              <Menu.Item onClick={() => setIsRenaming(true)}>
                <Pencil size={14} aria-hidden="true" /> Rename
              </Menu.Item>
              <Menu.Item onClick={() => update.mutate({ is_favorited: !chat.is_favorited })}>
                {chat.is_favorited ? <StarOff size={14} aria-hidden="true" /> : <Star size={14} aria-hidden="true" />}
                {chat.is_favorited ? "Remove from favourites" : "Add to favourites"}
              </Menu.Item>
              <Menu.Item
                onClick={() => duplicate.mutate(undefined, { onSuccess: ({ id }) => go({ screen: "chat", id }) })}
              >
                <Copy size={14} aria-hidden="true" /> Duplicate
              </Menu.Item>
              <Menu.Item className="danger" onClick={() => setIsDeleting(true)}>
                <Trash2 size={14} aria-hidden="true" /> Delete
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <DeleteDialog chat={chat} name={name} isOpen={isDeleting} isCurrent={isCurrent} onClose={() => setIsDeleting(false)} />
      {error && <Notice error={error} />}
    </li>
  );
}

function RenameForm({ title, onEnd }: { title: string; onEnd(title: string | null): void }) {
  const [text, setText] = useState(title);
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault();
        onEnd(text.trim());
      }}
    >
      <input
        aria-label="Title"
        autoFocus
        value={text}
        maxLength={MAX_TITLE}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => onEnd(text.trim())}
        onKeyDown={(event) => event.key === "Escape" && onEnd(null)}
      />
    </form>
  );
}

interface DeleteProps {
  chat: ListedChat;
  name: string;
  isOpen: boolean;
  isCurrent: boolean;
  onClose(): void;
}

function DeleteDialog({ chat, name, isOpen, isCurrent, onClose }: DeleteProps) {
  const remove = useChange((client) => client.request("/chats/delete", [{ id: chat.id }]));
  const confirm = (): void =>
    remove.mutate(undefined, {
      onSuccess: () => {
        onClose();
        if (isCurrent) go({ screen: "gallery" });
      },
    });
  return (
    <Dialog.Root open={isOpen} onOpenChange={(isWanted) => !isWanted && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Delete this chat?</Dialog.Title>
          <Dialog.Description>“{name}” disappears for everybody who can see it. This cannot be undone.</Dialog.Description>
          {remove.error && <Notice error={remove.error} />}
          <div className="editor-buttons">
            <Dialog.Close>Cancel</Dialog.Close>
            <button type="button" className="danger" disabled={remove.isPending} onClick={confirm}>
              Delete
            </button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
