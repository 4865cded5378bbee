"""Runs a template's functions without Docker: AWS's runtime client, one process for each function."""

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
from demo.invoke.runners.runtime_api import INIT_TIMEOUT_S, Runtime, running_function
from demo.invoke.sample_event import SampleEvent
from local_gateway.template.functions import Function
from local_gateway.template.stack import Stack

__all__ = ["Functions", "function_environment", "running_functions"]

_MAX_TIMEOUT_S: Final = 60.0

_SAM_LOCAL_VARIABLES: Final = {
    "AWS_SAM_LOCAL": "true",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "defaultkey",
    "AWS_SECRET_ACCESS_KEY": "defaultsecret",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""Variables that `sam local invoke` sets beside the template's."""


def function_environment(function: Function, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return a function's environment; `overrides` replace the template's variables of the same name."""
    return {
        **_SAM_LOCAL_VARIABLES,
        **function.environment,
        **overrides,
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
    }


class Functions:
    """The functions of a stack; the first event starts a function's process, which then stays."""

    def __init__(
        self, stack: Stack, environment: Mapping[str, str], scratch: Path, closing: ExitStack
    ) -> None:
        self._stack = stack
        self._environment = environment
        self._scratch = scratch
        self._closing = closing
        self._running: dict[str, Runtime] = {}

    def invoke(self, event: SampleEvent) -> Outcome:
        """Run one event to its end; raises `DemoError` if the function's timeout expires."""
        self.start(event.function)
        runtime = self._running[event.function]
        try:
            return runtime.invoke(event.payload)
        except queue.Empty:
            raise DemoError(f"{event.function} did not return within {runtime.timeout_s:g} s.") from None

    def start(self, *logical_ids: str) -> None:
        """Start functions without waiting until they are ready."""
        for logical_id in logical_ids:
            if logical_id not in self._running:
                self._running[logical_id] = self._start_process(self._stack.functions[logical_id])

    def wait_until_ready(self) -> None:
        """Wait until every started function requests an event, or has ended."""
        for runtime in self._running.values():
            runtime.ready.wait(INIT_TIMEOUT_S)

    def _start_process(self, function: Function) -> Runtime:
        folders = (function.code, *function.layers, *_packages(function))
        scratch = self._scratch / function.logical_id
        scratch.mkdir()
        environment = function_environment(function, self._environment)
        timeout_s = min(function.timeout_s, _MAX_TIMEOUT_S)
        return self._closing.enter_context(
            running_function(function.handler, folders, environment, timeout_s, scratch)
        )


@contextmanager
def running_functions(stack: Stack, environment: Mapping[str, str]) -> Iterator[Functions]:
    """Yield the functions of a stack and stop them at the end of the block; all get `environment`."""
    with tempfile.TemporaryDirectory(prefix="threadcast-") as scratch, ExitStack() as closing:
        yield Functions(stack, environment, Path(scratch), closing)


def _packages(function: Function) -> tuple[Path, ...]:
    """Return this interpreter's package folders if the layers are sources; built layers need none."""
    if any((layer / "boto3").is_dir() for layer in function.layers):
        return ()
    return tuple(Path(path) for path in dict.fromkeys(_site_packages()))


def _site_packages() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple(os.fspath(paths[name]) for name in ("purelib", "platlib"))
