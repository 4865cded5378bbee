"""`make invoke`: run one sample event, and show its result, its frames and what it wrote."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from demo.command import carried_out
from demo.errors import DemoError
from demo.invoke.against import invoke_against
from demo.invoke.container import HOST_FROM_CONTAINER, invoke_in_container
from demo.invoke.docker import container_interface, docker_runs
from demo.invoke.emulators import Invocation, read_sample_stack, running_emulators
from demo.invoke.events import SampleEvent, read_event
from demo.invoke.functions import running_functions
from demo.invoke.outcome import Outcome
from demo.invoke.report import show_report
from demo.invoke.requirements import requirements_of
from demo.invoke.serve import serve
from demo.options import add_port
from demo.runs import find_run
from demo.stack import TEMPLATE
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]

_NO_EVENT = "Which event? make invoke EVENT=post_thread/asset; events/README.md lists them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the event and print what it did; 0 once it ran, whatever the function returned or raised."""
    options = _parser().parse_args(arguments)
    return carried_out(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    if options.serve:
        serve(TEMPLATE, console)
        return 0
    if not options.event:
        raise DemoError(_NO_EVENT)
    event = read_event(options.event)
    if options.against:
        run = find_run(options.port)
        _show_title(event, f"on {run.websocket_url}", console)
        outcome, seen = invoke_against(event, run)
    elif not options.without_docker and docker_runs():
        _show_title(event, "by sam local invoke, in a container", console)
        outcome, seen = _in_container(event)
    else:
        _show_title(event, "by AWS's runtime client, without Docker", console)
        outcome, seen = _in_process(event, options.template)
    show_report(outcome, seen, console)
    return 0


def _in_container(event: SampleEvent) -> tuple[Outcome, Invocation]:
    with running_emulators(read_sample_stack(TEMPLATE), host=container_interface()) as emulators:
        emulators.prepare(requirements_of(event.payload))
        outcome = invoke_in_container(event, emulators.environment(HOST_FROM_CONTAINER))
        return outcome, emulators.instrumented()


def _in_process(event: SampleEvent, template: Path) -> tuple[Outcome, Invocation]:
    stack = read_sample_stack(template)
    with (
        running_emulators(stack) as emulators,
        running_functions(stack, emulators.environment()) as functions,
    ):
        emulators.prepare(requirements_of(event.payload))
        return functions.invoke(event), emulators.instrumented()


def _show_title(event: SampleEvent, how: str, console: Console) -> None:
    console.print(f"[bold]{event.function}[/]  events/{event.name}.json  [dim]{how}[/]\n", soft_wrap=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.invoke", description=__doc__)
    parser.add_argument("event", nargs="?", help="its path in events/, such as post_thread/asset")
    parser.add_argument(
        "--against", action="store_true", help="run it on the stack that `make start` runs, over WebSockets"
    )
    add_port(parser, "with --against, where several stacks run")
    parser.add_argument(
        "--serve",
        action="store_true",
        help="keep what events need up for `sam local invoke`, and print frames, until Ctrl-C",
    )
    parser.add_argument(
        "--without-docker", action="store_true", help="run it by AWS's runtime client, even if Docker runs"
    )
    parser.add_argument(
        "--template",
        type=Path,
        default=TEMPLATE,
        metavar="FILE",
        help="without Docker: whose functions (default: those of the sources)",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
