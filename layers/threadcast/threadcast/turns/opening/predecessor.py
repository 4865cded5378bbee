"""What a new turn waits for: the end of the chat's running turn."""

from threadcast.domain.chat import RunningTurn
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import Conflict
from threadcast.ports import ChatStore, Clock, StoredChat
from threadcast.turns.recovery.close_turn import TurnCloser

__all__ = ["PredecessorWait"]

_LOOK_AGAIN_S = 0.1


class PredecessorWait:
    """Waits for the turn before, within bounds."""

    def __init__(self, chats: ChatStore, closer: TurnCloser, clock: Clock, policy: TurnPolicy) -> None:
        self._chats = chats
        self._closer = closer
        self._clock = clock
        self._policy = policy

    def wait_for_running_turn(self, stored: StoredChat, *, replacing: bool) -> None:
        """Return once the chat's running turn has ended; raises `Conflict`.

        A turn whose lease has expired is closed here. Another one is asked to stop only for a replacement,
        which waits for its end for `replace_wait_s` seconds.
        """
        chat, running = stored.chat, stored.chat.running_turn
        if running is None or self._closer.close_if_abandoned(stored):
            return
        if not replacing:
            raise Conflict(chat.id)
        self._chats.request_stop(chat.id, running.message_id)
        deadline_s = self._clock.monotonic_s() + self._policy.replace_wait_s
        while not self._has_ended(chat.id, running):
            if self._clock.monotonic_s() >= deadline_s:
                raise Conflict(chat.id)
            self._clock.sleep(_LOOK_AGAIN_S)

    def _has_ended(self, chat_id: str, running: RunningTurn) -> bool:
        now_running = self._chats.running_turn(chat_id)
        return now_running is None or now_running.message_id != running.message_id
