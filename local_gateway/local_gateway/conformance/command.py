"""The command `local-gateway conform`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main", "parser"]

PROBE = Path(__file__).parent / "probe"


def main(arguments: Sequence[str]) -> int:
    """Check a deployment of the probe application; return 1 if it differs from API Gateway."""
    from local_gateway.conformance.report import markdown, run  # noqa: PLC0415 - its packages are optional
    from local_gateway.conformance.target import Target  # noqa: PLC0415 - the same

    options = parser().parse_args(arguments)
    target = Target(options.url.rstrip("/"), options.management_url.rstrip("/"), options.region)
    rows = list(run(target, options.only))
    sys.stdout.writelines(f"{line}\n" for line in markdown(rows))
    return 0 if all(row.agrees for row in rows) else 1


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = argparse.ArgumentParser(
        prog="local-gateway conform",
        description="Check that a deployment of the probe application behaves as API Gateway does.",
        epilog=f"The probe application is {PROBE}: run it by --strict --template, or deploy it with SAM.",
    )
    made.add_argument("--url", required=True, help="its WebSocket URL with the stage, wss://…/probe")
    made.add_argument("--management-url", required=True, help="its @connections URL, https://…/probe")
    made.add_argument("--region", default="us-east-1", help="(default: %(default)s)")
    made.add_argument("--only", default="", metavar="TEXT", help="only behaviours whose sentence has it")
    return made
