"""The ports `TurnStore` and `TurnStarter`: the fenced writes of a turn, and the start of its runner."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.domain.user import User
from threadcast.ports.connections import Connection, Quota

__all__ = ["Claim", "Handoff", "Opening", "TurnStarter", "TurnStore", "UnfinishedTurn"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that opening a turn writes in one transaction.

    `chat` and `quota` are the new values: their `version` is 1 for a new one, else one more than was read.
    `request_key` identifies the request for `request_ttl_s` seconds, `fingerprint` its content.
    """

    chat: Chat
    message: Message
    quota: Quota
    user_id: str
    request_key: str
    request_ttl_s: int = 900
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A runner's exclusive right to write a turn; `token` is None for a turn that no runner has claimed."""

    chat_id: str
    message_id: str
    user_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class UnfinishedTurn:
    """A turn whose outcome is undecided, or whose end is not recorded as delivered.

    `number` is the number of its message.
    """

    chat_id: str
    number: int


class TurnStore(Protocol):
    """Writes turns; each method is one call to the table, fenced by the claim.

    Every method raises `StoreUnavailable`. Where a method raises `ClaimLost`, it has written nothing.
    """

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key in one transaction.

        Raises `StaleRead` or `AlreadyOpened`; nothing is written then.
        """
        ...

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Claim a turn; raises `ClaimLost` if it is claimed already, or has ended."""
        ...

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew the lease (the quota's too) and store the message so far; None if it has not changed."""
        ...

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's new title and file, free the quota.

        With `lease_expired_at` an abandoned turn is ended: `claim.token` is the token that was read (None:
        unclaimed), and the lease must have expired at that time.
        """
        ...

    def hold_place(self, claim: Claim, until: datetime) -> None:
        """Count an ended turn as running again, until `release_place` or that time."""
        ...

    def release_place(self, claim: Claim) -> None:
        """Count the turn as ended."""
        ...

    def record_delivery(
        self, message: Message, untold: Collection[str], *, sent: bool, deliverer: str | None = None
    ) -> None:
        """Record the delivery of the terminal frame; raises `ClaimLost` if no outcome was decided.

        With `deliverer` it also raises `ClaimLost` if another process has recorded the delivery since the
        message was read: each process that delivers the frame has an id of its own.

        `untold` are the ids of the connections that the frame may still reach. `sent` means that the frame
        needs no other delivery; once recorded, it stays, and the turn is not unfinished any more.
        """
        ...

    def unfinished(self, opened_before: datetime) -> Iterable[UnfinishedTurn]:
        """Yield the unfinished turns that were opened before a time (whole seconds), in no order.

        Read from an index that lags behind: a turn may be missing for a moment, or yielded after its end.
        """
        ...

    def expire_replaced(self, chat: Chat, expires_at: datetime) -> int:
        """Have the messages of the chat's newest removed range deleted at a time; return how many were not.

        `chat` is as stored: a range that is removed stays removed, so no visible chat needs them again.
        """
        ...

    def remove_unfinished(self, turn: UnfinishedTurn) -> None:
        """Remove a turn from the unfinished ones: its message was replaced, its end needs no delivery."""
        ...


@dataclass(frozen=True, slots=True)
class Handoff:
    """The run request: what the function that runs a turn must know beyond what is stored.

    `reached` are the ids of the connections that have received `initializeChat`, `in_doubt` those that may
    still receive it late. The end of the former turn may still reach those that are `unsettled` (None: any
    connection); nothing was posted to them. `asker` is the connection that sent the request: it receives the
    turn even where the registry does not list it.
    """

    chat_id: str
    message_id: str
    user: User
    reached: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    asker: Connection | None = None
    unsettled: tuple[str, ...] | None = ()


class TurnStarter(Protocol):
    """Starts the runner of a turn: in this process, or in a function of its own."""

    def start(self, handoff: Handoff) -> None:
        """Return when the turn runs or its start is durable; raises `HandoffFailed`."""
        ...
