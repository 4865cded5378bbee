"""Log lines carry the ids of the invocation that they belong to, also from a thread that outlives it."""

import io
import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace

from tests.fakes import ScriptedAgent
from tests.turns.world import World
from threadcast.entrypoints.instrumented import instrumented
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent
from threadcast.turns.commands import PostRequest


class DeafAgent(ScriptedAgent):
    """Ignores a stop, and fails once `go_on` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:  # noqa: ARG002 - the stop signal is in it
        self.go_on.wait(30)
        raise RuntimeError("broken")
        yield


def test_an_agent_that_outlives_its_invocation_logs_under_its_own_ids(logged: io.StringIO) -> None:
    agent = DeafAgent()
    world = World(agent, left_s=0)
    connection = world.connect()

    @instrumented
    def first(_event: object, _context: object) -> None:
        world.ask(PostRequest("Why?"), connection)

    @instrumented
    def second(_event: object, _context: object) -> None:
        agent.go_on.set()
        for thread in threading.enumerate():
            if thread.name.startswith("agent "):
                thread.join(30)

    for handler, name in ((first, "first"), (second, "second")):
        event = {"requestContext": {"connectionId": name}}
        handler(event, SimpleNamespace(aws_request_id=f"invocation {name}"))  # type: ignore[arg-type]

    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (raised,) = [line for line in lines if line["message"] == "agent_raised"]
    assert (raised["connection_id"], raised["function_request_id"]) == ("first", "invocation first")
