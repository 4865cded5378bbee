"""Everything that the use cases of a turn work with, in one frozen record."""

from collections.abc import Callable
from dataclasses import dataclass, field

from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.ports import (
    Agent,
    AssetStore,
    ChatStore,
    Clock,
    ConnectionStore,
    IdMaker,
    Pusher,
    TurnStarter,
    TurnStore,
)
from threadcast.turns.opening.quota import QuotaLimits

__all__ = ["Desk", "TurnPolicy"]


@dataclass(frozen=True, slots=True)
class TurnPolicy:
    """How long things may take (seconds) and how large they may become (bytes).

    `start_lease_s` is the lease of a turn that waits for its runner: longer than the 60 s that Lambda keeps
    trying to start it. `lease_s` is a runner's, renewed at each checkpoint; it absorbs clock skew, so it is
    never under 15. `store_timeout_s` is how long a store that is away is waited for before a user is told,
    `failure_handler_timeout_s` the same in the failure handler, the last to try, and `gateway_timeout_s` how
    long a reply of one frame waits for a gateway that takes no connections.
    `history_bytes` is how much of a chat is read: what fits a frame, and then some.
    """

    lease_s: float = 20
    start_lease_s: float = 90
    checkpoint_s: float = 5
    poll_s: float = 1
    grace_s: float = 120
    reserve_s: float = 10
    opening_push_s: float = 1
    closing_push_s: float = 10
    replace_wait_s: float = 3
    store_timeout_s: float = 15
    failure_handler_timeout_s: float = 40
    gateway_timeout_s: float = 8
    max_message_bytes: int = 65_536
    history_bytes: int = 262_144


@dataclass(frozen=True, slots=True)
class Desk:
    """Ports and policies; `agent` and `starter` are made by those that need them, on first use.

    An agent's SDK is slow to import, and only the function that opens turns may start their runner.
    """

    chats: ChatStore
    turns: TurnStore
    assets: AssetStore
    connections: ConnectionStore
    pusher: Pusher
    clock: Clock
    new_id: IdMaker
    agent: Callable[[], Agent]
    starter: Callable[[], TurnStarter]
    limits: QuotaLimits = field(default_factory=QuotaLimits)
    policy: TurnPolicy = field(default_factory=TurnPolicy)
    stream: StreamPolicy = field(default_factory=StreamPolicy)
