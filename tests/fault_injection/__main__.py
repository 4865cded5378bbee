"""The long chaos run: `python -m tests.fault_injection --turns 3000`."""

import argparse
import sys

from tests.fault_injection.report import Report
from tests.fault_injection.run import Plan, chaos


def main() -> int:
    """Print the report; 1 if anything broke the law."""
    parser = argparse.ArgumentParser(prog="python -m tests.fault_injection", description=__doc__)
    parser.add_argument("--turns", type=int, default=Plan.turns)
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--at-once", type=int, default=Plan.at_once, help="sessions side by side")
    parser.add_argument("--fine", action="store_true", help="no faults: only what users do")
    options = parser.parse_args()
    plan = Plan(turns=options.turns, seed=options.seed, at_once=options.at_once, foul=not options.fine)
    report = chaos(plan, _tell_progress)
    sys.stdout.write(f"{report}\n")
    return 1 if report.exceptions else 0


def _tell_progress(report: Report) -> None:
    sys.stderr.write(f"{report.turns} turns, {len(report.exceptions)} exceptions\n")


if __name__ == "__main__":
    sys.exit(main())
