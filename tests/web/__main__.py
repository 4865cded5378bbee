"""Run a command with a stack beside it: `python -m tests.web node --test …`.

The command gets the stack's address, a token of a user who may view all samples, and the ids of two assets.
"""

import os
import subprocess
import sys

from tests.e2e.local_stack import running_stack, sample


def main(command: list[str]) -> int:
    """Return the command's exit status."""
    with running_stack({"AnalystPaceMs": "60", "TurnBurst": "100"}) as stack:
        ada = stack.new_person("Ada")
        environment = {
            "THREADCAST_URL": ada.url,
            "THREADCAST_TOKEN": ada.token(),
            "THREADCAST_METRIC": sample("seattle_rain_by_month").asset.id,
            "THREADCAST_DASHBOARD": sample("work_and_power").asset.id,
        }
        return subprocess.run(command, env=os.environ | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
