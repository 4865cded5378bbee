"""The command of `make fuzz`: every target for its share of the time; the figures on standard output."""

import argparse
import sys
import time

from tests.fuzz.events import EVENTS
from tests.fuzz.frames import FRAMES
from tests.fuzz.requests import REQUESTS
from tests.fuzz.target import Target, fuzz
from tests.fuzz.tokens import TOKENS

__all__ = ["TARGETS", "main", "parser"]

TARGETS: tuple[Target, ...] = (REQUESTS, TOKENS, EVENTS, FRAMES)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    made = argparse.ArgumentParser("make fuzz", description=__doc__)
    made.add_argument("--minutes", type=float, default=1, help="for all targets together; default: 1")
    made.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000_000, help="default: the time")
    made.add_argument("targets", nargs="*", choices=[[], *(target.name for target in TARGETS)])
    return made


def main(arguments: list[str]) -> int:
    """Fuzz the named targets, or all; return 0, or raise what the first failing input has raised."""
    options = parser().parse_args(arguments)
    chosen = [target for target in TARGETS if not options.targets or target.name in options.targets]
    for target in chosen:
        print(f"{target.name}: seed {options.seed} …", flush=True)  # noqa: T201 - the command's output
        checked = fuzz(target, options.seed, options.minutes * 60 / len(chosen))
        print(f"{target.name}: {checked:,} inputs, every invariant held", flush=True)  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
