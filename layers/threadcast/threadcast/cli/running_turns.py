"""The command for running turns, and the wait for their end before something is deleted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from threadcast.assets.columns.number_format import counted
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
from threadcast.cli.table.stores import Stores
from threadcast.domain.chat import RunningTurn
from threadcast.domain.message import Message

__all__ = ["StopAndWait", "list_open_turns"]

_ATTEMPTS = 60
_PAUSE_S = 3.0


def list_open_turns(stores: Stores, *, now: datetime, out: Output) -> None:
    """Print the turns that have no end yet, or one that is not recorded as delivered: state, lease, user."""
    unfinished = sorted(stores.turns.unfinished(now), key=lambda turn: (turn.chat_id, turn.number))
    running = _running(stores, [turn.chat_id for turn in unfinished])
    messages = [stores.chats.message_at(turn.chat_id, turn.number) for turn in unfinished]
    turns = [_described(each, running.get(each.chat_id), now) for each in messages if each is not None]
    lines = [
        f"{turn['chat_id']}  {turn['message_id']}  {turn['state']:<13}  {_lease_text(turn)}" for turn in turns
    ]
    out.result(turns, [*lines, f"{counted(len(turns), 'open turn')}."])


@dataclass(frozen=True, slots=True)
class StopAndWait:
    """Ends the turns that run in some chats: asks them to stop, then waits; `pause` waits some seconds."""

    pause: Callable[[float], None]

    def __call__(self, stores: Stores, chat_ids: Iterable[str]) -> None:
        """Return once no turn runs in these chats; raises `CommandFailed` after three minutes.

        A turn whose runner has died is ended by the sweep, within 150 s.
        """
        wanted = list(chat_ids)
        for _ in range(_ATTEMPTS):
            running = _running(stores, wanted)
            if not running:
                return
            for chat_id, turn in running.items():
                if not turn.stop_requested:
                    stores.chats.request_stop(chat_id, turn.message_id)
            self.pause(_PAUSE_S)
        raise CommandFailed(f"Nothing was changed: {counted(len(running), 'answer')} did not end; try again.")


def _running(stores: Stores, chat_ids: Iterable[str]) -> dict[str, RunningTurn]:
    chats = stores.chats.chats(list(chat_ids)).values()
    return {chat.id: chat.running_turn for chat in chats if chat.running_turn is not None}


def _described(message: Message, running: RunningTurn | None, now: datetime) -> dict[str, object]:
    found = {"chat_id": message.chat_id, "message_id": message.id}
    if running is None or running.message_id != message.id:
        return {**found, "state": "not delivered", "user_id": None, "lease_s": None}
    return {
        **found,
        "state": _state(running, now),
        "user_id": running.user_id,
        "lease_s": round((running.lease_until - now).total_seconds(), 1),
    }


def _state(running: RunningTurn, now: datetime) -> str:
    if running.has_expired(now):
        return "abandoned"
    if running.claim is None:
        return "unclaimed"
    return "stopping" if running.stop_requested else "running"


def _lease_text(turn: dict[str, object]) -> str:
    return "-" if turn["lease_s"] is None else f"lease {turn['lease_s']} s  user {turn['user_id']}"
