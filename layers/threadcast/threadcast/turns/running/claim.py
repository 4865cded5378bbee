"""A turn that this process has claimed: what it needs to be answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from threadcast.domain.access import Role, principals_of
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message, TextResponse
from threadcast.domain.user import User
from threadcast.errors import ClaimLost
from threadcast.ports import AgentTask, Claim, Exchange, StopSignal, StoredChat
from threadcast.turns.desk import Desk
from threadcast.turns.message.builder import Draft
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.opening.target import find_context
from threadcast.turns.retry import retry_while_unavailable
from threadcast.turns.terminal_delivery import TerminalDelivery

__all__ = ["ClaimedTurn", "agent_task", "claim_turn"]


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """The right to answer, the turn as it comes to life, and the chat as it stood before."""

    claim: Claim
    live: LiveTurn
    ending: TerminalDelivery
    view: ChatView
    user: User
    lease_until: datetime

    @property
    def message(self) -> Message:
        """The message to answer, as it was opened."""
        return self.view.messages[-1]


def claim_turn(chat_id: str, message_id: str, user: User, desk: Desk) -> ClaimedTurn | None:
    """Take the turn; None if somebody else has, or if it is over. Raises `StoreUnavailable`."""
    claim = Claim(chat_id, message_id, user.id, desk.new_id())
    lease_until = desk.clock.now() + timedelta(seconds=desk.policy.lease_s)
    try:
        retry_while_unavailable(lambda: desk.turns.claim(claim, lease_until), desk)
    except ClaimLost:
        return None
    stored = retry_while_unavailable(lambda: _loaded(chat_id, user, desk), desk)
    if stored is None or not stored.messages or stored.messages[-1].id != message_id:
        return None
    view = ChatView(stored.chat, stored.messages, stored.role or Role.CAN_VIEW, stored.grants)
    live = LiveTurn(Draft(view, desk.clock.now, desk.policy.max_message_bytes))
    return ClaimedTurn(claim, live, TerminalDelivery(view.messages[-1], desk), view, user, lease_until)


def agent_task(turn: ClaimedTurn, stop: StopSignal, desk: Desk) -> AgentTask:
    """What the agent is asked, with everything that this user may see of the chat's asset."""
    earlier = turn.view.messages[:-1]
    return AgentTask(
        prompt=turn.message.prompt or "",
        user=turn.user,
        history=tuple(_exchange(message) for message in earlier),
        context=find_context(turn.view.chat, turn.user, desk.assets),
        wants_title=not any(message.prompt for message in earlier),
        stop=stop,
    )


def _loaded(chat_id: str, user: User, desk: Desk) -> StoredChat | None:
    """The chat for a turn that was allowed when it was opened, even if the role was taken away since."""
    max_bytes = desk.policy.history_bytes
    stored = desk.chats.load(chat_id, principals_of(user), max_bytes=max_bytes)
    if stored is None or stored.role is not None:
        return stored
    return desk.chats.load(chat_id, (), max_bytes=max_bytes)


def _exchange(message: Message) -> Exchange:
    texts = [part.text for part in message.responses if isinstance(part, TextResponse)]
    return Exchange(message.prompt, "\n\n".join(texts))
