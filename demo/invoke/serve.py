"""Runs the emulators for `sam local invoke`, and prints each frame when it is posted."""

import sys
import threading
from pathlib import Path

from rich.console import Console

from demo.invoke.connections_api import Frame
from demo.invoke.emulators import Emulators, read_sample_stack, running_emulators
from demo.invoke.report import frame_line
from demo.invoke.requirements import requirements_of
from demo.invoke.runners.docker_engine import container_interface
from demo.invoke.sample_event import read_sample_event, sample_event_names

__all__ = ["serve"]


def serve(template: Path, console: Console) -> None:
    """Serve on the environment file's ports until Ctrl-C; Enter restores the table."""

    def show(connection_id: str, frame: Frame) -> None:
        console.print(f"{connection_id}  {frame_line(frame)}", soft_wrap=True, markup=False, highlight=False)

    stack = read_sample_stack(template)
    with running_emulators(stack, host=container_interface(), fixed_ports=True, on_frame=show) as emulators:
        _store_all(emulators)
        console.print(
            "[bold]Ready[/] for `.sam-venv/bin/sam local invoke FUNCTION -e events/…`.\n"
            "[dim]Enter restores the table; Ctrl-C ends.[/]"
        )
        for _ in sys.stdin:
            _store_all(emulators)
            console.print("[dim]The table is as it was at the start.[/]")
        threading.Event().wait()  # without a terminal: until a signal


def _store_all(emulators: Emulators) -> None:
    emulators.prepare(*(requirements_of(read_sample_event(name).payload) for name in sample_event_names()))
