"""What must hold on every connection, whatever fails, and once the faults have ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulated_world.ports import Client
from tests.simulated_world.world import SimulatedWorld
from threadcast.domain.message import Message
from threadcast_client import agrees_with, fold_stream, is_terminal

__all__ = ["violations"]

Frame = dict[str, Any]


def violations(world: SimulatedWorld) -> list[str]:
    """Return every violation of an invariant."""
    found = list(_unfinished(world))
    ends: dict[str, Any] = {}
    messages = [message for chat in world.table.messages.values() for message in chat.values()]
    places = {message.echo.request_id: (message.chat_id, message.number) for message in messages}
    found += _undelivered_ends(world, messages)
    repeated = set[str]().union(*(client.repeated for client in world.clients))
    for client in world.clients:
        found += [f"{client.connection.id}: {each}" for each in _of_client(client, ends, places, repeated)]
    return found


def _unfinished(world: SimulatedWorld) -> Iterator[str]:
    for chat in world.table.chats.values():
        if chat.running_turn is not None:
            yield f"turn {chat.running_turn.message_id} still runs"
        for message in world.table.messages[chat.id].values():
            if message.outcome is None:
                yield f"message {message.number} has no outcome"
            elif not message.outcome_sent:
                yield f"the end of message {message.number} is not recorded as delivered"


def _undelivered_ends(world: SimulatedWorld, messages: list[Message]) -> Iterator[str]:
    """Yield turns whose end never reached a connection that was open all the time."""
    for client in world.clients:
        if client.closed_s < float("inf"):
            continue
        ended = {frame.get("request_id") for frame in client.frames if is_terminal(frame)}
        begun = [frame["payload"] for frame in client.frames if frame["event"] == "initializeChat"]
        for message in messages:
            was_open = client.connection.connected_at < message.created_at
            shown_later = any(
                chat["id"] == message.chat_id and len(chat["message_ids"]) and _is_after(chat, message)
                for chat in begun
            )
            if was_open and message.echo.request_id not in ended and not shown_later:
                yield f"{client.connection.id} never received the end of {message.echo.request_id}"


def _is_after(chat: Frame, message: Message) -> bool:
    """Return whether a chat that a turn opened has a newer message than this one."""
    newest = chat["messages"][chat["message_ids"][-1]]
    return datetime.fromisoformat(newest["created_at"]) > message.created_at


def _of_client(
    client: Client, ends: dict[str, Any], places: dict[str, tuple[str, int]], repeated: set[str]
) -> Iterator[str]:
    by_request: dict[str, list[Frame]] = {}
    for frame in client.frames:
        key = frame.get("request_id")
        if key in {None, "g", "s"} or frame["event"] == "getChat":
            continue
        by_request.setdefault(key, []).append(frame)
    yield from _out_of_order(client, places, repeated)
    for key, frames in by_request.items():
        if key not in repeated:
            yield from _of_turn(key, frames)
            yield from _different_ends(key, frames, ends)


def _of_turn(key: str, frames: list[Frame]) -> Iterator[str]:
    """Yield what is wrong with the deliveries of one turn: a repeated one has everything again."""
    for delivery in _deliveries(frames):
        ended = next((number for number, frame in enumerate(delivery) if is_terminal(frame)), None)
        if ended is None:
            continue
        late = [frame["event"] for frame in delivery[ended + 1 :] if frame != delivery[ended]]
        if late:
            yield f"{key}: {late} after the terminal frame"
        if delivery[ended]["event"] == "complete" and delivery[0]["event"] == "initializeChat":
            difference = agrees_with(fold_stream(delivery[: ended + 1]), delivery[ended]["payload"])
            if difference:
                yield f"{key}: fold: {difference[0]}"


def _deliveries(frames: list[Frame]) -> list[list[Frame]]:
    """Split frames at an `initializeChat` after a terminal frame.

    The end was delivered, but the store did not answer to its record: the sweeper delivers it once more.
    """
    deliveries: list[list[Frame]] = [[]]
    for frame in frames:
        if frame["event"] == "initializeChat" and any(map(is_terminal, deliveries[-1])):
            deliveries.append([])
        deliveries[-1].append(frame)
    return deliveries


def _different_ends(key: str, frames: list[Frame], ends: dict[str, Any]) -> Iterator[str]:
    for frame in filter(is_terminal, frames):
        content = frame["payload"] or frame["error"]
        if ends.setdefault(key, content) != content:
            yield f"{key}: two different terminal frames"


def _out_of_order(client: Client, places: dict[str, tuple[str, int]], repeated: set[str]) -> Iterator[str]:
    """Yield frames of a turn that arrived after a later turn of the same chat had begun."""
    begun: dict[str, tuple[int, str]] = {}
    for frame in client.frames:
        key = frame.get("request_id")
        if key not in places or key in repeated or frame["event"] == "getChat":
            continue
        chat_id, number = places[key]
        newest, by = begun.get(chat_id, (0, ""))
        if number < newest and frame["event"] != "postThread":  # a failure is delivered even then
            yield f"{key}: {frame['event']} after {by} had begun"
        elif frame["event"] == "initializeChat":
            begun[chat_id] = (number, key)
