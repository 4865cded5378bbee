"""What the use cases need from the world, as small Protocols; adapters stand in `threadcast.adapters`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from threadcast.agent_events import AgentEvent
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, AssetContext, Table
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.domain.user import User

__all__ = [
    "Agent",
    "AgentTask",
    "AssetLibrary",
    "AssetStore",
    "ChatStore",
    "Claim",
    "Clock",
    "Connection",
    "ConnectionStore",
    "Exchange",
    "Handover",
    "IdMaker",
    "Opening",
    "Presence",
    "Pusher",
    "Quota",
    "StopSignal",
    "StoredChat",
    "TokenVerifier",
    "TurnStarter",
    "TurnStore",
]

IdMaker = Callable[[], str]
"""Makes a new UUID as a string."""


class Clock(Protocol):
    """The time of day, a time that never jumps, and waiting."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Return after `duration_s` seconds."""
        ...


class TokenVerifier(Protocol):
    """Tells who a token speaks for."""

    def verify(self, token: str) -> User:
        """The user of a valid token; raises `TokenRejected`."""
        ...


# Connections and quotas: what is kept per user


@dataclass(frozen=True, slots=True)
class Connection:
    """An open socket: API Gateway's id, the management endpoint that reaches it, and since when.

    `catch_up_at` is when its client last asked to be brought up to date; None: never.
    """

    id: str
    user_id: str
    endpoint: str
    connected_at: datetime
    catch_up_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's token bucket and running turns, as read; `version` is None where nothing is stored yet.

    `tokens` is what was left at `refilled_at`. `running` maps each running message's id to the end of its
    lease: past it, that turn no longer counts.
    """

    tokens: float
    refilled_at: datetime
    running: Mapping[str, datetime] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What one consistent read of a user gives: their open connections, oldest first, and their quota.

    `quota` is None for a user who has never asked anything.
    """

    connections: tuple[Connection, ...]
    quota: Quota | None


class ConnectionStore(Protocol):
    """The registry of who listens where. Raises `StoreUnavailable`."""

    def add(self, connection: Connection) -> None:
        """Remember a connection until it is forgotten, or for a little over API Gateway's two hours."""
        ...

    def forget(self, user_id: str, connection_id: str) -> None:
        """Forget a connection; one that is not known is fine."""
        ...

    def presence(self, user_id: str) -> Presence:
        """The user's open connections and quota, read consistently."""
        ...


# Chats and turns


@dataclass(frozen=True, slots=True)
class StoredChat:
    """A chat as loaded: `role` is the strongest that any of the asked principals holds, None if none does.

    `messages` are the newest that were asked for, oldest first, replaced ones left out.
    """

    chat: Chat
    messages: tuple[Message, ...]
    role: Role | None
    grants: tuple[Grant, ...] = ()


class ChatStore(Protocol):
    """Chats as they are read. Every read is consistent. Raises `StoreUnavailable`."""

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """The chat with its newest visible messages: about `max_bytes` of them as stored, at least one.

        None if there is no such chat. A chat that exists and one that does not cost the same reads.
        """
        ...

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """One visible message of a chat, however long ago it was; None if there is none."""
        ...

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """The turn that is under way in a chat, and whether it shall stop; one small read."""
        ...

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Ask the running turn to stop; False if that turn is not running (any more)."""
        ...

    def find_request(self, request_key: str, now: datetime) -> tuple[str, str] | None:
        """The chat's and the message's id that this request has opened in the last 15 minutes, if it has."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """All that opening a turn writes, at once or not at all.

    `chat` and `quota` are as they shall stand: their `version` is 1 for a new one, else one more than was
    read. `request_key` names the request for `request_ttl_s` seconds.
    """

    chat: Chat
    message: Message
    quota: Quota
    user_id: str
    request_key: str
    request_ttl_s: int = 900


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write a turn: whoever holds a chat's present claim owns its running turn."""

    chat_id: str
    message_id: str
    user_id: str
    token: str | None


class TurnStore(Protocol):
    """The writes of a turn; each method is one call to the table, all of them fenced.

    Every method raises `StoreUnavailable`; the fenced ones raise `ClaimLost` and have then written nothing.
    """

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key at once.

        Raises `StaleRead` or `AlreadyOpened`; nothing was written then.
        """
        ...

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Take a turn that nobody has claimed yet; `ClaimLost` if somebody has, or if it is over."""
        ...

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew the lease (the quota's too) and store what was said so far; None: nothing new was said."""
        ...

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_lapsed_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's new title and file, free the quota.

        With `lease_lapsed_at` it also takes an outcome from a dead runner: then `claim.token` is the one seen
        (None: unclaimed), and the lease must have lapsed by that moment.
        """
        ...

    def mark_sent(self, message: Message) -> None:
        """Record that the outcome's terminal frame went out."""
        ...


# Assets


class AssetStore(Protocol):
    """Assets as a chat reads them. Raises `StoreUnavailable`."""

    def find(
        self, asset_ids: Sequence[str], principals: Sequence[Principal]
    ) -> Mapping[str, tuple[Asset, Role | None]]:
        """Assets by id, each with the strongest role that any of the principals holds on it (None: none).

        Those that do not exist are left out. One that exists and one that does not cost the same reads.
        """
        ...

    def rows(self, asset_id: str) -> Table | None:
        """The rows behind a metric; None if it has none."""
        ...


class AssetLibrary(Protocol):
    """Assets as an operator (or an agent's tool) keeps them. Raises `StoreUnavailable`."""

    def save(self, asset: Asset, table: Table | None) -> None:
        """Store an asset with its rows, in place of a former one; its owner gets the role `owner`."""
        ...

    def grants(self, asset_id: str) -> tuple[Grant, ...]:
        """Who holds which role on it."""
        ...

    def grant(self, asset_id: str, grant: Grant) -> None:
        """Give a role, in place of the one that this principal held."""
        ...

    def revoke(self, asset_id: str, principal: Principal) -> None:
        """Take away whatever role the principal holds."""
        ...

    def all(self) -> tuple[Asset, ...]:
        """Every asset, by name."""
        ...


# The agent


class StopSignal(Protocol):
    """Tells an agent that nobody wants the rest; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether it is time to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Block until it is time to stop, at most `timeout` seconds; whether it is."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier turn of the chat: what was asked (None: the asset was handed over) and what was answered."""

    prompt: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class AgentTask:
    """What an agent is asked: the prompt, the chat so far (oldest first) and the asset, if there is one.

    `wants_title` is true in a chat's first prompted turn. An agent looks at `stop` at least once a second and
    between any two events, and returns soon after it is set.
    """

    prompt: str
    user: User
    history: tuple[Exchange, ...]
    context: AssetContext | None
    wants_title: bool
    stop: StopSignal


class Agent(Protocol):
    """Whoever answers."""

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Reasoning, title and answer as they are made; raises `AgentError` when it can't go on."""
        ...


# The way out


class Pusher(Protocol):
    """The way to a client."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Send one frame; returns once API Gateway has taken it. Raises the `PushError` that fits."""
        ...


@dataclass(frozen=True, slots=True)
class Handover:
    """What the function that runs a turn must know beyond what is stored.

    `route` and `request_id` are echoed in every frame; `reached` are the ids of the connections that have
    acknowledged `initializeChat`, `in_doubt` those that may still get it late.
    """

    chat_id: str
    message_id: str
    user: User
    route: str
    request_id: str | None
    reached: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()


class TurnStarter(Protocol):
    """Gets `run_turn` going: in this process, or in a function of its own."""

    def start(self, handover: Handover) -> None:
        """Return when the turn is under way or its start is durable; raises `HandoverFailed`."""
        ...
