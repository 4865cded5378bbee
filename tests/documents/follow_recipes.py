"""Runs `make schema` and the named tests in a copy of the repository: `python follow_recipes.py TEST …`.

All in one process: one for each command of `make schema` would take longer than the tests.
"""

import contextlib
import io
import runpy
import sys
from pathlib import Path

import pytest

DOCUMENTS = {
    "threadcast.protocol.schema": "docs/protocol.schema.json",
    "threadcast.protocol.asyncapi": "docs/asyncapi.json",
}
GENERATORS = ("clients/python/generate_protocol_types.py", "clients/typescript/generate_protocol_types.py")

if __name__ == "__main__":
    for module, path in DOCUMENTS.items():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            runpy.run_module(module, run_name="__main__")
        Path(path).write_text(printed.getvalue(), encoding="utf-8")
    for script in GENERATORS:
        runpy.run_path(script, run_name="__main__")
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
