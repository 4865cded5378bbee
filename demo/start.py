"""`make start`: the whole system with the samples loaded, and what its functions log, until Ctrl-C."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from demo.addresses import show_addresses
from demo.command import carried_out, wait_for_the_end
from demo.options import (
    USUAL_PORT,
    add_agent,
    add_port,
    built_template,
    free_port,
    model_environment,
    pair,
    template_parameters,
)
from demo.readable import readable
from demo.stack import TEMPLATE, running_stack
from local_gateway import LambdaSettings
from local_gateway.terminal import LinePrinter
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code."""
    options = _parser().parse_args(arguments)
    return carried_out(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    parameters = template_parameters(options)
    printer = LinePrinter(as_json=False, platform_lines=options.verbose)
    with running_stack(
        console,
        parameters,
        template=built_template(options.built) if options.built else TEMPLATE,
        environment=model_environment(parameters, dict(options.env)),
        port=free_port(options.port, console),
        functions=LambdaSettings(warm=True, reload=options.reload),
        log_sink=printer if options.verbose else readable(printer),
    ) as stack:
        console.rule("[bold]Up[/]")
        show_addresses(stack, console)
        wait_for_the_end()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.start", description=__doc__)
    add_port(parser, f"by default {USUAL_PORT}, or another where that is taken")
    add_agent(parser)
    parser.add_argument(
        "--env", type=pair, action="append", default=[], metavar="NAME=VALUE", help="for every function"
    )
    parser.add_argument(
        "--built", type=Path, metavar="DIR", help="run what `sam build` made, e.g. .aws-sam/build"
    )
    parser.add_argument("--reload", action="store_true", help="start functions afresh when sources change")
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="show log lines as they are, metrics and Lambda's START and REPORT lines too",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
