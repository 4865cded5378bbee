"""The file that keeps the functions' logs, where an error's reference id can be looked up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from local_gateway.terminal import LinePrinter

__all__ = ["log_file"]

ROOT = Path(__file__).parents[2]
LOGS = ROOT / ".threadcast"


@contextmanager
def log_file(name: str, console: Console, folder: Path = LOGS) -> Iterator[LinePrinter]:
    """Print where the log is, and yield a printer that appends to it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.log"
    console.print(f"[dim]The functions log to {_shown(file)}[/]", soft_wrap=True)
    with file.open("a") as opened:
        yield LinePrinter(as_json=False, platform_lines=False, out=opened)


def _shown(file: Path) -> Path:
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
