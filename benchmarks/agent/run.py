"""Measures answers by a model: `python benchmarks/agent/run.py`, prints a turn and four tables.

One prompted turn through the whole local stack, frame by frame, with a Bedrock server of the tests' in place
of the model; how long such turns take to their first frame and to their first token, which is what Threadcast
adds to a model's own time; how long an asset's context takes (the contract: 200 ms); what the layers weigh
and take to import, as `make test-built` has built them.
"""

import argparse
import asyncio
import os
import platform
from pathlib import Path

from conversation import analyst, context_table, first_words, one_turn
from weights import import_table, size_table

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
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--built", type=Path, default=Path(".aws-sam/here"), help="what `sam build` has left")
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
        print(f"{options.built} holds no template.yaml: `make test-built` makes one, for this machine.")


if __name__ == "__main__":
    main()
