"""Runs a template's functions by AWS's runtime client, each in a process of its own, without Docker."""

import os
import queue
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from demo.errors import DemoError
from demo.invoke.outcome import Outcome
from demo.invoke.runners.runtime_api import INIT_LIMIT_S, Runtime, running
from demo.invoke.sample_event import SampleEvent
from local_gateway.template.functions import Function
from local_gateway.template.stack import Stack

__all__ = ["Functions", "function_environment", "running_functions"]

_LONGEST_S: Final = 60.0

_LAMBDA: Final = {
    "AWS_SAM_LOCAL": "true",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "defaultkey",
    "AWS_SECRET_ACCESS_KEY": "defaultsecret",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""What `sam local invoke` sets, beside the template's own variables."""


def function_environment(function: Function, more: Mapping[str, str]) -> dict[str, str]:
    """Return a function's whole environment; `more` replaces what the template says of the same name."""
    return {
        **_LAMBDA,
        **function.environment,
        **more,
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
    }


class Functions:
    """The functions of a stack; each is started by its first event and runs until the end."""

    def __init__(
        self, stack: Stack, environment: Mapping[str, str], scratch: Path, closing: ExitStack
    ) -> None:
        self._stack = stack
        self._environment = environment
        self._scratch = scratch
        self._closing = closing
        self._running: dict[str, Runtime] = {}

    def invoke(self, event: SampleEvent) -> Outcome:
        """Run one event to its end; raises `DemoError` if it takes longer than the function may."""
        self.start(event.function)
        runtime = self._running[event.function]
        try:
            return runtime.invoke(event.payload)
        except queue.Empty:
            raise DemoError(f"{event.function} did not return within {runtime.timeout_s:g} s.") from None

    def start(self, *logical_ids: str) -> None:
        """Start functions that will be needed, without waiting until they are ready."""
        for logical_id in logical_ids:
            if logical_id not in self._running:
                self._running[logical_id] = self._started(self._stack.functions[logical_id])

    def wait_until_ready(self) -> None:
        """Return once every function that was started asks for an event, or has ended."""
        for runtime in self._running.values():
            runtime.ready.wait(INIT_LIMIT_S)

    def _started(self, function: Function) -> Runtime:
        folders = (function.code, *function.layers, *_packages(function))
        scratch = self._scratch / function.logical_id
        scratch.mkdir()
        environment = function_environment(function, self._environment)
        timeout_s = min(function.timeout_s, _LONGEST_S)
        return self._closing.enter_context(
            running(function.handler, folders, environment, timeout_s, scratch)
        )


@contextmanager
def running_functions(stack: Stack, environment: Mapping[str, str]) -> Iterator[Functions]:
    """Give the functions of a stack until the end of the block; `environment` is for all of them."""
    with tempfile.TemporaryDirectory(prefix="threadcast-") as scratch, ExitStack() as closing:
        yield Functions(stack, environment, Path(scratch), closing)


def _packages(function: Function) -> tuple[Path, ...]:
    """Return where third-party packages are if the layers are sources: this interpreter's own folder."""
    if any((layer / "boto3").is_dir() for layer in function.layers):
        return ()
    return tuple(Path(path) for path in dict.fromkeys(_site_packages()))


def _site_packages() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple(os.fspath(paths[name]) for name in ("purelib", "platlib"))
