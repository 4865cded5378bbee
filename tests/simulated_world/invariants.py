"""What must hold on every connection, whatever fails, and once the faults have ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulated_world.ports import Client
from tests.simulated_world.world import SimulatedWorld
from threadcast.domain.chat import visible_messages
from threadcast.domain.message import Message, TextResponse
from threadcast_client import ChatState, agrees_with, fold, fold_stream, is_terminal

__all__ = ["violations"]

Frame = dict[str, Any]


def violations(world: SimulatedWorld) -> list[str]:
    """Return every violation of an invariant."""
    found = list(_unfinished(world))
    ends: dict[str, Any] = {}
    messages = [message for chat in world.table.messages.values() for message in chat.values()]
    places = {message.echo.request_id: (message.chat_id, message.number) for message in messages}
    found += _undelivered_ends(world, messages)
    found += _taken_back(world)
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


def _taken_back(world: SimulatedWorld) -> Iterator[str]:
    """Yield answers that a connection does not show in the end, although it was open all the time.

    A process that ends, or finds no store, after it has sent a chat that was outdated cannot repair that.
    """
    for client in world.clients:
        if client.closed_s < float("inf") or client.has_cut_answer:
            continue
        shown = _shown(client)
        for chat in (each for each in world.table.chats.values() if each.id not in world.outdated.chat_ids):
            stored = visible_messages(chat, world.table.messages[chat.id].values())
            answered = [each for each in stored if each.outcome is not None and each.outcome.kind != "failed"]
            for message in answered:
                if client.connection.connected_at >= message.created_at:
                    continue
                found = shown.get(chat.id, {}).get(message.id)
                texts = [part.text for part in message.responses if isinstance(part, TextResponse)]
                if found != texts:
                    yield f"{client.connection.id} shows {found} of {message.echo.request_id}: {texts}"


def _shown(client: Client) -> dict[str, dict[str, list[str]]]:
    """Return the texts of each message of each chat, as a client has folded all of its frames."""
    states: dict[str, ChatState] = {}
    for frame in client.frames:
        payload = frame["payload"] or {}
        chat_id = payload.get("chat_id", payload.get("id"))
        if chat_id is not None:
            states[chat_id] = fold(states.get(chat_id, ChatState()), frame)
    return {
        chat_id: {id_: _texts(message) for id_, message in state.chat["messages"].items()}
        for chat_id, state in states.items()
        if state.chat is not None
    }


def _texts(message: Frame) -> list[str]:
    parts = (message["response_messages"][id_] for id_ in message["response_message_ids"])
    return [part["message"] for part in parts if part["type"] == "text"]


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
