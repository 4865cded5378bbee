"""The command line."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, get_args

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.service import LambdaSettings, Runtime
from local_gateway.errors import GatewayError, ParameterError
from local_gateway.faults import PostFault
from local_gateway.server import Server, new_event_loop
from local_gateway.settings import Settings
from local_gateway.template.stack import Stack, read_stack
from local_gateway.terminal import LinePrinter, banner

__all__ = ["main", "parser", "settings"]

_FAILED = 1
_MISUSED = 2
_INTERRUPTED = 130
_PORTS = range(65_536)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; gives the exit code."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of metrics that nobody asked for
    printer = LinePrinter(as_json=options.log_format == "json", platform_lines=options.verbose)
    chosen = settings(options)
    try:
        stack = read_stack(
            chosen.template,
            chosen.parameters,
            stack_name=chosen.stack_name,
            region=chosen.region,
            api=chosen.api,
        )
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_serve(stack, chosen, printer, options.fault))
    except ParameterError as problem:
        sys.stderr.writelines(f"error: {each}\n" for each in problem.problems)
        return _MISUSED
    except GatewayError as problem:
        sys.stderr.write(f"error: {problem}\n")
        return _FAILED
    except KeyboardInterrupt:  # before there was anything to end
        return _INTERRUPTED
    return 0


async def _serve(stack: Stack, chosen: Settings, printer: LinePrinter, faults: Sequence[PostFault]) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    server = Server(stack, chosen, printer)
    opening = asyncio.ensure_future(server.open())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((opening, stopping), return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        await asyncio.wait((opening,))
        return
    await opening
    server.faults.posts.extend(faults)
    sys.stdout.write(banner(server))
    sys.stdout.flush()
    await stopping
    await server.close()


def settings(options: argparse.Namespace) -> Settings:
    """Give the settings that a command line asks for."""
    template = options.built / "template.yaml" if options.built else options.template
    return Settings(
        template=template,
        parameters=dict(options.parameter_overrides),
        stack_name=options.stack_name,
        region=options.region,
        api=options.api,
        port=options.port,
        dynamodb_endpoint=options.dynamodb_endpoint,
        limits=Limits(),
        functions=LambdaSettings(
            max_concurrency=options.max_concurrency,
            retry_delays_s=tuple(options.retry_delays),
            warm=not options.cold,
            runtime=options.runtime,
            reload=options.reload,
            platform_lines=options.verbose,
            overrides=dict(options.env),
        ),
    )


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(_MISUSED, f"error: {message}; --help lists the options\n")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in _PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 (any free one) to {_PORTS[-1]}")
    return int(text)


def _calls(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of calls")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


_FAULT_FIELDS: Mapping[str, Callable[[str], Any]] = {
    "status": int,
    "delay_s": float,
    "connection_id": str,
    "times": int,
    "after": int,
    "kills": str,
    "drops": lambda text: text.lower() in {"1", "true", "yes"},
}


def _fault(text: str) -> PostFault:
    pairs = dict(_pair(part) for part in text.split(","))
    unknown = pairs.keys() - _FAULT_FIELDS.keys()
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: not one of {', '.join(_FAULT_FIELDS)}"
        )
    try:
        return PostFault(**{name: _FAULT_FIELDS[name](value) for name, value in pairs.items()})
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    made = _Parser(
        prog="local-gateway",
        description="Run a SAM or CloudFormation template's WebSocket API and Python functions here.",
    )
    add = made.add_argument
    add("--template", type=Path, default=Path("template.yaml"), help="the template (default: %(default)s)")
    add("--built", type=Path, metavar="DIR", help="run what `sam build` made, e.g. .aws-sam/build")
    add("--parameter-overrides", type=_pair, nargs="+", default=[], action="extend", metavar="KEY=VALUE")
    add(
        "--env",
        type=_pair,
        nargs="+",
        default=[],
        action="extend",
        metavar="NAME=VALUE",
        help="variables for every function; they win over the template's",
    )
    add("--port", type=_port, default=3001, help="port of the gateway, 0 for any (default: %(default)s)")
    add("--stack-name", default="local", help="prefix of physical names (default: %(default)s)")
    add("--region", default="us-east-1", help="(default: %(default)s)")
    add("--api", metavar="LOGICAL_ID", help="which WebSocket API, where the template has several")
    add("--dynamodb-endpoint", metavar="URL", help="use this DynamoDB stand-in; tables it lacks are created")
    add("--cold", action="store_true", help="start a function's process at its first call, not before")
    add(
        "--max-concurrency",
        type=_calls,
        default=1_000,
        help="calls at once over all functions (default: %(default)s)",
    )
    add(
        "--retry-delays",
        type=_seconds,
        nargs=2,
        default=(60.0, 120.0),
        metavar="SECONDS",
        help="waits before the retries of asynchronous calls (default: 60 120, as Lambda waits)",
    )
    add(
        "--runtime",
        choices=get_args(Runtime),
        default="awslambdaric",
        help="what runs the handlers: AWS's loop, with its native client, or one in pure Python",
    )
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME=VALUE,…",
        help="make posts fail, e.g. status=429,times=3 or delay_s=0.5 or kills=MyFunction,after=9",
    )
    add("--reload", action="store_true", help="start functions afresh when their source changes")
    add("--log-format", choices=("text", "json"), default="text")
    add("--verbose", action="store_true", help="print Lambda's START and REPORT lines too")
    return made
