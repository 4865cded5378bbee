"""The steps that an agent's events show."""

from collections.abc import Iterable

from threadcast.domain.message import FilesStep, PillsStep
from threadcast.domain.streamed_parts import StepSnapshot

__all__ = ["files_steps", "pills_steps"]


def pills_steps(events: Iterable[object]) -> list[PillsStep]:
    """Return each state of each step that found items, in order."""
    shown = [event.part for event in events if isinstance(event, StepSnapshot)]
    return [part for part in shown if isinstance(part, PillsStep)]


def files_steps(events: Iterable[object]) -> list[FilesStep]:
    """Return each state of each step that made files, in order."""
    shown = [event.part for event in events if isinstance(event, StepSnapshot)]
    return [part for part in shown if isinstance(part, FilesStep)]
