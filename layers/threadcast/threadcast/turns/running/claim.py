"""Claims a turn: the exclusive right to run it, and everything that running it needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import principals_of
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message, TextResponse
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.errors import ClaimLost
from threadcast.ports import (
    AgentTask,
    Allowance,
    AssetStore,
    ChatStore,
    Claim,
    Clock,
    Exchange,
    IdMaker,
    StopSignal,
    StoredChat,
    TurnStore,
)
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.opening.target import find_context

__all__ = ["ClaimedTurn", "TurnClaimer", "agent_task"]


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """A turn that this process may run: its claim, its events as they are made, the chat before it.

    `claimed_s` is the monotonic time before the claim, from which its lease is certain.
    """

    claim: Claim
    live: LiveTurn
    view: ChatView
    user: User
    lease_until: datetime
    claimed_s: float

    @property
    def message(self) -> Message:
        """The message to answer, as it was opened."""
        return self.view.newest


class TurnClaimer:
    """Claims turns for this process."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        clock: Clock,
        new_id: IdMaker,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._turns = turns
        self._clock = clock
        self._new_id = new_id
        self._policy = policy
        self._retry = retry

    def claim_turn(self, chat_id: str, message_id: str, user: User) -> ClaimedTurn | None:
        """Claim the turn; None if it is claimed already or has ended. Raises `StoreUnavailable`."""
        claim = Claim(chat_id, message_id, user.id, self._new_id())
        claimed_s = self._clock.monotonic_s()
        lease_until = self._clock.now() + timedelta(seconds=self._policy.lease_s)
        try:
            self._retry(lambda: self._turns.claim(claim, lease_until))
        except ClaimLost:
            return None
        stored = self._retry(lambda: self._loaded(chat_id, user))
        if stored is None or stored.newest is None or stored.newest.id != message_id:
            return None
        view = stored.view()
        live = LiveTurn(MessageBuilder(view, self._clock.now, self._policy.max_message_bytes))
        return ClaimedTurn(claim, live, view, user, lease_until, claimed_s)

    def _loaded(self, chat_id: str, user: User) -> StoredChat | None:
        """Load the chat of a turn that was permitted when it opened, even if the role was revoked since."""
        max_bytes = self._policy.history_bytes
        stored = self._chats.load(chat_id, principals_of(user), max_bytes=max_bytes)
        if stored is None or stored.role is not None:
            return stored
        return self._chats.load(chat_id, (), max_bytes=max_bytes)


def agent_task(turn: ClaimedTurn, stop: StopSignal, assets: AssetStore, allowance: Allowance) -> AgentTask:
    """Return the agent's input, with everything that this user may see of the chat's asset."""
    earlier = turn.view.messages[:-1]
    return AgentTask(
        prompt=turn.message.prompt or "",
        user=turn.user,
        history=tuple(_exchange(message) for message in earlier),
        context=find_context(turn.view.chat, turn.user, assets),
        wants_title=turn.view.chat.own_title is None and not any(message.prompt for message in earlier),
        stop=stop,
        allowance=allowance,
    )


def _exchange(message: Message) -> Exchange:
    texts = [part.text for part in message.responses if isinstance(part, TextResponse)]
    return Exchange(message.prompt, "\n\n".join(texts))
