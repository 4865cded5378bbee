"""What the functions of a running stack ask of DynamoDB, checked against the policies of their roles."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.dynamodb_accesses import Access
from tests.template.policies import is_allowed, statements_of, table_arn

__all__ = ["RecordedAccesses", "recorded_accesses", "refused_accesses"]

_PROGRAM = Path(__file__).with_name("recording_table.py")


@dataclass
class RecordedAccesses:
    """The record of one stack's emulator; `functions` maps names of functions to their logical ids."""

    path: Path
    functions: Mapping[str, str] = field(default_factory=dict)
    _position: int = 0

    @property
    def program(self) -> tuple[str, ...]:
        """Python's arguments that start the emulator."""
        return str(_PROGRAM), str(self.path)

    def refused(self) -> list[str]:
        """Return what was recorded since the last call and is not allowed by the caller's role."""
        with self.path.open("rb") as record:
            record.seek(self._position)
            lines = [line for line in record if line.endswith(b"\n")]
        self._position += sum(map(len, lines))
        return [line.decode() for line in lines if not self._is_allowed(*json.loads(line))]

    def _is_allowed(self, caller: str, action: str, index: str, keys: list[str]) -> bool:
        role = self.functions[caller].removesuffix("Function") + "Role"
        return is_allowed(Access(action, f"{table_arn()}{index}", tuple(keys)), statements_of(role))


_running: list[RecordedAccesses] = []


def refused_accesses() -> list[str]:
    """Return what the functions of all running stacks were not allowed to ask since the last call."""
    return [line for record in _running for line in record.refused()]


@contextmanager
def recorded_accesses() -> Iterator[RecordedAccesses]:
    """Yield the record for an emulator that starts in the block; check the rest of it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        record = RecordedAccesses(Path(folder) / "accesses")
        record.path.touch()
        _running.append(record)
        try:
            yield record
        finally:
            _running.remove(record)
        assert record.refused() == []
