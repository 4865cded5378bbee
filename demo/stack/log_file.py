"""Keeps what the functions log in a file, where an error's reference can be looked up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from local_gateway.terminal import LinePrinter

__all__ = ["logbook"]

ROOT = Path(__file__).parents[2]
LOGS = ROOT / ".threadcast"


@contextmanager
def logbook(name: str, console: Console, folder: Path = LOGS) -> Iterator[LinePrinter]:
    """Say where the log of this run is, and give what writes it, after what former runs wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.log"
    console.print(f"[dim]What the functions log goes to {_shown(file)}[/]", soft_wrap=True)
    with file.open("a") as opened:
        yield LinePrinter(as_json=False, platform_lines=False, out=opened)


def _shown(file: Path) -> Path:
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
