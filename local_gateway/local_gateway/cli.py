"""The command `local-gateway`."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, get_args

from local_gateway.apigateway.limits import Limits
from local_gateway.argument_types import factor, fault, folder, origin, pair, port, positive_int, seconds
from local_gateway.aws_lambda.lambda_settings import LambdaSettings, Runtime
from local_gateway.conformance.command import main as conform
from local_gateway.errors import GatewayError, ParameterError
from local_gateway.gateway_server import GatewayServer, new_event_loop
from local_gateway.injected_faults import PostFault
from local_gateway.settings import Settings
from local_gateway.template.stack import Stack, read_stack
from local_gateway.terminal import LinePrinter, banner

__all__ = ["add_allow_origin", "main", "parser", "settings"]

_log = logging.getLogger(__name__)

_LENIENT = (
    "more lenient than AWS without --strict: boto3 finds the management API without an endpoint_url, "
    "and @connections needs no stage"
)
_FAILED = 1
_MISUSED = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a gateway until Ctrl-C or SIGTERM, or check another one (`conform`); return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["conform"]:
        return conform(given[1:])
    options = parser().parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    printer = LinePrinter(as_json=options.log_format == "json", platform_lines=options.verbose)
    chosen = settings(options)
    try:
        stack = read_stack(
            chosen.template,
            chosen.parameters,
            stack_name=chosen.stack_name,
            region=chosen.region,
            api=chosen.api,
            stored_values=chosen.stored_values,
            given_variables=chosen.functions.overrides,
        )
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_serve(stack, chosen, printer, options.fault))
    except ParameterError as problem:
        sys.stderr.writelines(f"error: {each}\n" for each in problem.problems)
        return _MISUSED
    except GatewayError as problem:
        sys.stderr.write(f"error: {problem}\n")
        return _FAILED
    except KeyboardInterrupt:  # before the gateway starts
        return _INTERRUPTED
    return 0


async def _serve(stack: Stack, chosen: Settings, printer: LinePrinter, faults: Sequence[PostFault]) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    starting = asyncio.ensure_future(GatewayServer.start(stack, chosen, printer))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait((starting,))
        return
    server = await starting
    server.faults.posts.extend(faults)
    if not chosen.strict:
        _log.warning("%s", _LENIENT)
    sys.stdout.write(banner(server))
    sys.stdout.flush()
    await stopping
    await server.close()


def settings(options: argparse.Namespace) -> Settings:
    """Return the settings of parsed options."""
    template = options.built / "template.yaml" if options.built else options.template
    return Settings(
        template=template,
        parameters=dict(options.parameter_overrides),
        stack_name=options.stack_name,
        region=options.region,
        api=options.api,
        port=options.port,
        dynamodb_endpoint=options.dynamodb_endpoint,
        allow_origins=tuple(options.allow_origin),
        static=options.static,
        strict=options.strict,
        state=options.state,
        stored_values=dict(options.ssm),
        limits=Limits(),
        functions=LambdaSettings(
            max_concurrency=options.max_concurrency,
            retry_delays_s=tuple(options.retry_delays),
            warm=not options.cold,
            runtime=options.runtime,
            reload=options.reload,
            timeout_factor=options.timeout_factor,
            platform_lines=options.verbose,
            overrides=dict(options.env),
        ),
    )


class _Parser(argparse.ArgumentParser):
    """Reports an error in one line, without the usage message."""

    def error(self, message: str) -> NoReturn:
        self.exit(_MISUSED, f"error: {message}; --help lists the options\n")


def add_allow_origin(parser: argparse.ArgumentParser) -> None:
    """Add the option that allows web pages, which other programs of the gateway have too."""
    parser.add_argument(
        "--allow-origin",
        type=origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let web pages of this origin open WebSockets, e.g. http://localhost:5173; * is every page; "
        "may be repeated",
    )


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = _Parser(
        prog="local-gateway",
        description="Run the WebSocket API and Python functions of a SAM or CloudFormation template locally.",
        epilog="local-gateway conform --help checks whether a deployment behaves as API Gateway does.",
    )
    add = made.add_argument
    add("--template", type=Path, default=Path("template.yaml"), help="the template (default: %(default)s)")
    add("--built", type=Path, metavar="DIR", help="run the output of `sam build`, e.g. .aws-sam/build")
    add("--parameter-overrides", type=pair, nargs="+", default=[], action="extend", metavar="KEY=VALUE")
    add(
        "--env",
        type=pair,
        nargs="+",
        default=[],
        action="extend",
        metavar="NAME=VALUE",
        help="environment variables of every function; they take precedence over the template's",
    )
    add(
        "--ssm",
        type=pair,
        nargs="+",
        default=[],
        action="extend",
        metavar="NAME=VALUE",
        help="values of Parameter Store and Secrets Manager, for parameters and {{resolve:…}} references",
    )
    add("--strict", action="store_true", help="leave out what is more lenient than AWS, as in tests")
    add(
        "--port",
        type=port,
        default=3001,
        help="port of the gateway, 0 for any free port (default: %(default)s)",
    )
    add("--stack-name", default="local", help="prefix of physical names (default: %(default)s)")
    add("--region", default="us-east-1", help="(default: %(default)s)")
    add("--api", metavar="LOGICAL_ID", help="the WebSocket API to run, if the template has several")
    tables = made.add_mutually_exclusive_group()
    tables.add_argument(
        "--dynamodb-endpoint", metavar="URL", help="use this DynamoDB emulator; missing tables are created"
    )
    tables.add_argument(
        "--state", type=Path, metavar="DIR", help="keep the tables' items in this folder over restarts"
    )
    add_allow_origin(made)
    add("--static", type=folder, metavar="DIR", help="serve these files on the same port, e.g. a web page")
    add("--cold", action="store_true", help="start a function's first process at its first invocation")
    add(
        "--max-concurrency",
        type=positive_int,
        default=1_000,
        help="concurrent invocations over all functions (default: %(default)s)",
    )
    add(
        "--timeout-factor",
        type=factor,
        default=1.0,
        metavar="N",
        help="multiply the functions' timeouts, for a debugger or a slow machine (default: %(default)s)",
    )
    add(
        "--retry-delays",
        type=seconds,
        nargs=2,
        default=(60.0, 120.0),
        metavar="SECONDS",
        help="delays before the retries of asynchronous invocations (default: 60 120, Lambda's delays)",
    )
    add(
        "--runtime",
        choices=get_args(Runtime),
        default="awslambdaric",
        help="the runtime loop: AWS's, AWS's with its native client, or one in pure Python",
    )
    add(
        "--fault",
        type=fault,
        action="append",
        default=[],
        metavar="NAME=VALUE,…",
        help="make posts fail, e.g. status=429,times=3 or delay_s=0.5 or kills=MyFunction,after=9",
    )
    add("--reload", action="store_true", help="restart functions when their source changes")
    add("--log-format", choices=("text", "json"), default="text")
    add("--verbose", action="store_true", help="print Lambda's START and REPORT lines too")
    return made
