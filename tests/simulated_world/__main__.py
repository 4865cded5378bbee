"""Run many worlds and report the violations.

    python -m tests.simulated_world WORLDS [SEED] [LATE_S]

With `LATE_S`, posts of unknown outcome arrive up to that many seconds later than the use cases assume: the
report shows what happens where the one declared assumption does not hold.
"""

import logging
import sys

from tests.simulated_world.invariants import violations
from tests.simulated_world.ports import FaultRates
from tests.simulated_world.world import SimulatedWorld


def main(worlds: int, seed: int = 0, late_s: float = 0.0) -> int:
    """Return the number of worlds with a violation; print each with its seed."""
    logging.disable(logging.CRITICAL)
    wrong = 0
    for each in range(seed, seed + worlds):
        world = SimulatedWorld(each, FaultRates(0.1, 0.15, 0.1, late_s=late_s))
        world.run(12, faulty_s=30.0)
        if found := violations(world):
            wrong += 1
            sys.stdout.write(f"seed {each}: {found[0]}\n")
    sys.stdout.write(f"{wrong} of {worlds} worlds violate an invariant\n")
    return wrong


if __name__ == "__main__":
    worlds, seed, late_s = (*sys.argv[1:], *("0", "0")[len(sys.argv) - 2 :])
    sys.exit(main(int(worlds), int(seed), float(late_s)) > 0 and not float(late_s))
