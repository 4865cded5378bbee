"""The last line of the terminal, in which the user types."""

from typing import Final

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

__all__ = ["PromptLine"]

_ERASE_LINE: Final = Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2))


class PromptLine:
    """Writes the prompt, and text above it; without a terminal there is no prompt.

    The terminal itself keeps what the user has typed of a line. Text above the prompt hides it: Ctrl-R shows
    it again.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_shown = False

    def show(self) -> None:
        """Write the prompt below a blank line."""
        if self._console.is_terminal:
            self._console.out()
            self._write_prompt()
            self._is_shown = True

    def leave(self) -> None:
        """Record that the user has ended the line: the cursor is below the prompt."""
        self._is_shown = False

    def write_above(self, text: str) -> None:
        """Write whole lines in place of the prompt, and the prompt below them."""
        if self._is_shown:
            self._console.control(_ERASE_LINE)
        self._console.out(text, highlight=False, end="")
        if self._is_shown:
            self._write_prompt()

    def _write_prompt(self) -> None:
        self._console.out("> ", style="bold", highlight=False, end="")
