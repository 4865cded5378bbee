"""`MemoryTable`: the state that the in-memory stores share, as the stores in DynamoDB share a table."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from threadcast.domain.access import Principal, Role
from threadcast.domain.asset import Asset, Table
from threadcast.domain.budget import Budget, MonthlyUsage
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.ports import Connection, MadeMetric, Quota, RequestRecord

__all__ = ["MemoryTable", "OpenedRequest"]


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """What a request opened, and the expiry of its key."""

    record: RequestRecord
    expires_at_epoch_s: int


@dataclass(slots=True)
class MemoryTable:
    """The stored objects by key. Code that uses more than one of the mappings holds the `lock`."""

    lock: RLock = field(default_factory=RLock, repr=False)
    connections: dict[tuple[str, str], Connection] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    paid_until: dict[str, datetime] = field(default_factory=dict)
    usage: dict[tuple[str, str], MonthlyUsage] = field(default_factory=dict)
    last_calls: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    budgets: dict[str, Budget] = field(default_factory=dict)
    leases: dict[str, dict[str, datetime]] = field(default_factory=dict)
    made_metrics: dict[str, set[MadeMetric]] = field(default_factory=dict)
    requests: dict[str, OpenedRequest] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    messages: dict[str, dict[int, Message]] = field(default_factory=dict)
    expiries: dict[tuple[str, int], datetime] = field(default_factory=dict)
    chat_roles: dict[str, dict[Principal, Role]] = field(default_factory=dict)
    favorites: set[tuple[str, str]] = field(default_factory=set)
    open_chats: dict[tuple[str, str], tuple[Connection, tuple[Principal, ...]]] = field(default_factory=dict)
    directory: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    feedback: dict[tuple[str, int, str], Feedback] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    rows: dict[str, Table] = field(default_factory=dict)
    asset_roles: dict[str, dict[Principal, Role]] = field(default_factory=dict)
