"""What has been written of a chat, so that each new state of it adds only what is new."""

from typing import TypeAlias

from rich.console import Console

from threadcast_client.terminal_chat.wrapping_writer import WrappingWriter

__all__ = ["Key", "Transcript"]

Key: TypeAlias = tuple[str, ...]
"""The identity of a text: the message id, the kind and the ids of the parts."""


class Transcript:
    """Blocks of text in sections: a blank line separates sections, a header opens a block."""

    def __init__(self, console: Console) -> None:
        self._writer = WrappingWriter(console)
        self._written: dict[Key, str] = {}
        self._section = ""
        self._block: Key = ()
        self._title = ""
        self._pending_title = ""

    def clear(self) -> None:
        """Start another chat, of which nothing has been written."""
        self._written.clear()
        self._title = self._pending_title = ""

    def record(self, key: Key, text: str) -> bool:
        """Record the text of a key and return whether it is new; the caller writes it."""
        is_new = self._written.get(key) != text
        self._written[key] = text
        return is_new

    def open_block(
        self, section: str, block: Key, header: str = "", style: str = "", indent: int = 0
    ) -> None:
        """Open a block on a new line, with its header; do nothing if it is open already."""
        if self.is_open(block):
            return
        self.close_block()
        self._separate_from(section)
        self._block = block
        if header:
            self._writer.write(header, style, indent)
            self._writer.append("")

    def close_block(self) -> None:
        """Close the open block, and write a title that was set while it was open."""
        self._writer.end_line()
        self._block = ()
        if self._pending_title:
            title, self._pending_title = self._pending_title, ""
            self.write_line("title", f"── {title} ──", "bold")

    def write(self, key: Key, text: str, style: str = "", indent: int = 0, *, markdown: bool = False) -> None:
        """Write what `text` adds to the text of this key, or all of it if it is a different text."""
        if not self.has_addition(key, text):
            return
        written = self._written.get(key, "")
        self._written[key] = text
        if not text.startswith(written):
            self._writer.end_line()
            written = ""
        self._writer.write(text[len(written) :], style, indent, markdown=markdown)

    def has_addition(self, key: Key, text: str) -> bool:
        """Whether `write` would write anything."""
        return not self._written.get(key, "").startswith(text)

    def append(self, text: str) -> None:
        """Write more text to the open block, in its last style."""
        self._writer.append(text)

    def is_open(self, block: Key) -> bool:
        """Whether this block is open."""
        return block == self._block

    def write_line(self, section: str, text: str, style: str = "", indent: int = 0) -> None:
        """Close the open block and write one line."""
        self.close_block()
        self._separate_from(section)
        self._writer.write_line(text, style, indent)

    def set_title(self, title: str) -> None:
        """Write a new title: immediately between blocks, otherwise when the open block closes."""
        if title.strip() and title != self._title:
            self._title = self._pending_title = title
        if not self._block:
            self.close_block()

    def _separate_from(self, section: str) -> None:
        if section != self._section:
            self._writer.write_blank_line()
        self._section = section
