"""`make invoke`: run one sample event and print its result, its frames and its writes."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from demo.cli.exit_status import exit_status
from demo.cli.options import add_port
from demo.errors import DemoError
from demo.invoke.emulators import Effects, read_sample_stack, running_emulators
from demo.invoke.outcome import Outcome
from demo.invoke.report import show_report
from demo.invoke.requirements import requirements_of
from demo.invoke.runners.container import HOST_FROM_CONTAINER, invoke_in_container
from demo.invoke.runners.docker_engine import container_interface, docker_is_available
from demo.invoke.runners.local_process import running_functions
from demo.invoke.runners.registered_stack import invoke_on_registered_stack
from demo.invoke.sample_event import SampleEvent, read_sample_event
from demo.invoke.serve import serve
from demo.stack.registry import find_stack
from demo.stack.running_stack import TEMPLATE
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]

_NO_EVENT = "Which event? make invoke EVENT=post_thread/asset; events/README.md lists them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the event and print a report; return 0 once it ran, even if the function raised an error."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    if options.serve:
        serve(TEMPLATE, console)
        return 0
    if not options.event:
        raise DemoError(_NO_EVENT)
    event = read_sample_event(options.event)
    if options.against:
        stack = find_stack(options.port)
        _show_title(event, f"on {stack.websocket_url}", console)
        outcome, effects = invoke_on_registered_stack(event, stack)
    elif not options.without_docker and docker_is_available():
        _show_title(event, "by sam local invoke, in a container", console)
        outcome, effects = _in_container(event)
    else:
        _show_title(event, "by AWS's runtime client, without Docker", console)
        outcome, effects = _in_process(event, options.template)
    show_report(outcome, effects, console)
    return 0


def _in_container(event: SampleEvent) -> tuple[Outcome, Effects]:
    with running_emulators(read_sample_stack(TEMPLATE), host=container_interface()) as emulators:
        emulators.prepare(requirements_of(event.payload))
        outcome = invoke_in_container(event, emulators.environment(HOST_FROM_CONTAINER))
        return outcome, emulators.effects()


def _in_process(event: SampleEvent, template: Path) -> tuple[Outcome, Effects]:
    stack = read_sample_stack(template)
    with (
        running_emulators(stack) as emulators,
        running_functions(stack, emulators.environment()) as functions,
    ):
        emulators.prepare(requirements_of(event.payload))
        return functions.invoke(event), emulators.effects()


def _show_title(event: SampleEvent, where: str, console: Console) -> None:
    console.print(f"[bold]{event.function}[/]  events/{event.name}.json  [dim]{where}[/]\n", soft_wrap=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.invoke", description=__doc__)
    parser.add_argument("event", nargs="?", help="its path in events/, such as post_thread/asset")
    parser.add_argument(
        "--against", action="store_true", help="run it on the stack of `make start`, over WebSockets"
    )
    add_port(parser, "of the stack for --against, if several are running")
    parser.add_argument(
        "--serve",
        action="store_true",
        help="run the emulators for `sam local invoke` and print frames, until Ctrl-C",
    )
    parser.add_argument(
        "--without-docker",
        action="store_true",
        help="use AWS's runtime client even if Docker is available",
    )
    parser.add_argument(
        "--template",
        type=Path,
        default=TEMPLATE,
        metavar="FILE",
        help="without Docker: the template of the functions (default: that of the sources)",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
