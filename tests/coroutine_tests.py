"""A pytest hook that runs tests that are coroutines; a `conftest.py` imports it."""

import asyncio
import inspect

import pytest

__all__ = ["pytest_pyfunc_call"]

_TIMEOUT_S = 500


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test in an event loop of its own, within `_TIMEOUT_S` or its own time-out."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    marker = pyfuncitem.get_closest_marker("timeout")
    timeout_s = float(marker.args[0]) if marker else _TIMEOUT_S
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    asyncio.run(asyncio.wait_for(test, timeout_s))
    return True
