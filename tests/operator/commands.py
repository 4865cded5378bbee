"""Runs the operator's command over some stores."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from threadcast.cli.run import run
from threadcast.cli.table.stores import Stores as OperatorStores

__all__ = ["NOON", "Threadcast", "ran"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Threadcast = Callable[..., tuple[int, list[str]]]


def ran(
    arguments: tuple[str, ...],
    open_stores: Callable[..., OperatorStores],
    now: datetime = NOON,
    confirm: Callable[[str], bool] = lambda *_: pytest.fail("confirmation requested"),
    pause: Callable[[float], None] = lambda *_: pytest.fail("waited"),
) -> tuple[int, list[str]]:
    """Return the output: that on `out` after a success, else that on `err`."""
    out, err = io.StringIO(), io.StringIO()
    code = run(
        arguments,
        {"TABLE_NAME": "threadcast"},
        open_stores,
        confirm=confirm,
        now=now,
        out=out,
        err=err,
        pause=pause,
    )
    assert (err.getvalue() == "") is (code == 0)
    return code, (err if code else out).getvalue().splitlines()
