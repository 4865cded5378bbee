"""The long fault-injection run: `python -m tests.fault_injection --turns 3000`."""

import argparse
import sys

from tests.fault_injection.report import Report
from tests.fault_injection.run import RunParameters, run_fault_injection


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    made = argparse.ArgumentParser(prog="python -m tests.fault_injection", description=__doc__)
    made.add_argument("--turns", type=int, default=RunParameters.turns)
    made.add_argument("--seed", type=int, default=RunParameters.seed)
    made.add_argument(
        "--concurrent-users", type=int, default=RunParameters.concurrent_users, help="users at the same time"
    )
    made.add_argument("--no-faults", action="store_true", help="inject nothing: only what users do")
    return made


def main() -> int:
    """Print the report; return 1 if a turn violated an invariant."""
    options = parser().parse_args()
    parameters = RunParameters(
        turns=options.turns,
        seed=options.seed,
        concurrent_users=options.concurrent_users,
        injects_faults=not options.no_faults,
    )
    report = run_fault_injection(parameters, _print_progress)
    sys.stdout.write(f"{report}\n")
    return 1 if report.violations else 0


def _print_progress(report: Report) -> None:
    sys.stderr.write(f"{report.turns} turns, {len(report.violations)} violations\n")


if __name__ == "__main__":
    sys.exit(main())
