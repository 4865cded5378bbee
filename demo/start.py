"""`make start`: run everything with the samples loaded and print the functions' logs, until Ctrl-C."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from demo.cli.addresses import show_addresses
from demo.cli.exit_status import exit_status, wait_for_signal
from demo.cli.options import (
    DEFAULT_PORT,
    add_agent,
    add_port,
    built_template,
    free_port,
    model_environment,
    name_and_value,
    template_parameters,
)
from demo.stack.log_format import readable_lines
from demo.stack.page import built_page
from demo.stack.running_stack import TEMPLATE, running_stack
from local_gateway import LambdaSettings
from local_gateway.cli import add_allow_origin
from local_gateway.terminal import LinePrinter
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options, OutputConsole()))


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
        log_sink=printer if options.verbose else readable_lines(printer),
        allow_origins=options.allow_origin,
        page=built_page(),
    ) as stack:
        console.rule("[bold]Running[/]")
        show_addresses(stack, console)
        wait_for_signal()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.start", description=__doc__)
    add_port(parser, f"by default {DEFAULT_PORT}, or another where that is taken")
    add_allow_origin(parser)
    add_agent(parser)
    parser.add_argument(
        "--env",
        type=name_and_value,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of every function",
    )
    parser.add_argument(
        "--built", type=Path, metavar="DIR", help="run what `sam build` built, e.g. .aws-sam/build"
    )
    parser.add_argument("--reload", action="store_true", help="restart functions when sources change")
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="print log lines unchanged, including metrics and Lambda's START and REPORT lines",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
