"""Runs an event by `sam local invoke`, in AWS's container image for Lambda's Python."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from demo.errors import DemoError
from demo.invoke.outcome import Outcome
from demo.invoke.sample_event import SampleEvent

__all__ = ["HOST_FROM_CONTAINER", "invoke_in_container", "sam_command"]

ROOT: Final = Path(__file__).parents[3]
HOST_FROM_CONTAINER: Final = "host.docker.internal"
"""This machine's host name in a container; samconfig.toml maps it."""


def sam_command(event: SampleEvent, environment_file: Path) -> list[str]:
    """Return the command line; samconfig.toml has its other options."""
    sam = str(ROOT / ".sam-venv/bin/sam")
    return [sam, "local", "invoke", event.function, "-e", str(event.path), "-n", str(environment_file)]


def invoke_in_container(event: SampleEvent, environment: Mapping[str, str]) -> Outcome:
    """Run one event in a new container; raises `DemoError` with sam's error output if that fails."""
    with tempfile.TemporaryDirectory(prefix="threadcast-") as folder:
        file = Path(folder) / "environment.json"
        file.write_text(json.dumps({"Parameters": dict(environment)}))
        ran = subprocess.run(  # noqa: S603 - our own command
            sam_command(event, file),
            cwd=ROOT,
            env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
            text=True,
            capture_output=True,
            check=False,
        )
    lines = ran.stdout.strip().splitlines()
    try:
        result = json.loads(lines[-1]) if lines else None
    except ValueError as problem:
        raise DemoError(f"sam local invoke printed no result: {lines[-1]}") from problem
    if ran.returncode and result is None:
        raise DemoError(f"sam local invoke failed: {ran.stderr.strip()}")
    is_error = isinstance(result, dict) and "errorType" in result
    return Outcome(None if is_error else result, result if is_error else None, ran.stderr)
