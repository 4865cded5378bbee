"""Measures answers by a model: `python benchmarks/agent/run.py` prints a turn and four tables.

The turn is a prompted one through the whole local stack, frame by frame, with the tests' Bedrock server as
the model. The tables are the time to the first frame and the first token, which Threadcast adds to a
model's own time; the time to load an asset's context (limit in the contract: 200 ms); and the size and
import time of the layers that `make test-built` has built.
"""

import argparse
import asyncio
import os
import platform
from pathlib import Path

from conversation import analyst, context_table, first_words, one_turn
from package_sizes import import_table, size_table

from tests.e2e.local_stack import running_stack
from tests.model_agent.bedrock_server import bedrock_server

PARAMETERS = {
    "Agent": "bedrock",
    "ModelId": "anthropic.claude-fake",
    "ModelPriceIn": "3",
    "ModelPriceOut": "15",
    "TurnsPerMinute": "60000",
    "TurnBurst": "1000",
}


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--built", type=Path, default=Path(".aws-sam/here"), help="output of `sam build`")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    with bedrock_server(analyst) as model:
        environment = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": model.url}
        with running_stack(PARAMETERS, environment) as stack:
            asyncio.run(one_turn(stack.new_person()))
            asyncio.run(first_words(stack, options.turns))
            context_table(stack, options.turns)
    if (options.built / "template.yaml").is_file():
        size_table(options.built)
        import_table(options.built)
    else:
        print(f"{options.built} has no template.yaml: `make test-built` builds it for this machine.")


if __name__ == "__main__":
    main()
