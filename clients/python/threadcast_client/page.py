"""What a reader has been shown so far, so that each new state of a chat is told as an addition to it."""

from typing import TypeAlias

from rich.console import Console

from threadcast_client.typewriter import Typewriter

__all__ = ["Key", "Page"]

Key: TypeAlias = tuple[str, ...]


class Page:
    """Blocks of text in sections: a blank line parts sections, a header opens a block."""

    def __init__(self, console: Console) -> None:
        self._paper = Typewriter(console)
        self._told: dict[Key, str] = {}
        self._section = ""
        self._block: Key = ()
        self._title = ""
        self._waiting_title = ""

    def forget(self) -> None:
        """Begin another chat: nothing of it has been told."""
        self._told.clear()
        self._title = self._waiting_title = ""

    def is_news(self, key: Key, text: str) -> bool:
        """Whether this was not told before under this key; from now on it was."""
        news = self._told.get(key) != text
        self._told[key] = text
        return news

    def enter(self, section: str, block: Key, header: str = "", style: str = "", indent: int = 0) -> None:
        """Go on in a block, or open it, with its header, on a new line."""
        if self.is_in(block):
            return
        self.leave()
        self._part_from(section)
        self._block = block
        if header:
            self._paper.flow(header, style, indent)
            self._paper.more("")

    def leave(self) -> None:
        """End the open block; a title that waited for its end follows."""
        self._paper.end_line()
        self._block = ()
        if self._waiting_title:
            title, self._waiting_title = self._waiting_title, ""
            self.line("title", f"── {title} ──", "bold")

    def tell(self, key: Key, text: str, style: str = "", indent: int = 0, *, markdown: bool = False) -> None:
        """Write what `text` adds to what was told under this key; all of it, if it says something else."""
        told = self._told.get(key, "")
        if told.startswith(text):
            return
        self._told[key] = text
        if not text.startswith(told):
            self._paper.end_line()
            told = ""
        self._paper.flow(text[len(told) :], style, indent, markdown=markdown)

    def adds(self, key: Key, text: str) -> bool:
        """Whether `tell` would write anything."""
        return not self._told.get(key, "").startswith(text)

    def append(self, text: str) -> None:
        """Write on in the open block, in its last style."""
        self._paper.more(text)

    def is_in(self, block: Key) -> bool:
        """Whether this block is open."""
        return block == self._block

    def line(self, section: str, text: str, style: str = "", indent: int = 0) -> None:
        """Write one line of its own."""
        self.leave()
        self._part_from(section)
        self._paper.line(text, style, indent)

    def title(self, title: str) -> None:
        """Show a title that is new: at once between blocks, else when the open block ends."""
        if title.strip() and title != self._title:
            self._title = self._waiting_title = title
        if not self._block:
            self.leave()

    def _part_from(self, section: str) -> None:
        if section != self._section:
            self._paper.blank()
        self._section = section
