"""Every error that Threadcast raises, in one tree.

ThreadcastError
├── ClientFault             what a client may read; carries a code and a sentence
│   ├── BadRequest          the request is invalid
│   ├── Unauthorized        the user has a role, but not one that permits this
│   ├── NotFound            it does not exist, or the user has no role on it
│   ├── Conflict            another turn of this chat is running
│   └── TooManyRequests     the quota is used up; retry after `retry_after_s` seconds
│       └── BudgetUsedUp    the month's tokens or US dollars are used up
├── AgentError              the agent could not answer; carries a sentence that is safe to show
├── StoreError              a call to the table failed
│   ├── StoreUnavailable    throttled, timed out or refused: a retry may succeed
│   │   └── StoreUnreachable    nothing answers at its endpoint
│   ├── StaleRead           a concurrent write succeeded first; read again and decide again
│   ├── AlreadyOpened       a request with this key has opened a turn before
│   └── ClaimLost           this process may not write the turn any more
├── PushError               a frame did not (or may not have) reach a connection
│   ├── ConnectionGone      the connection does not exist
│   ├── PushThrottled       not delivered; the same frame may be sent again later
│   │   └── GatewayUnreachable  the gateway accepts no connections
│   ├── FrameTooLarge       not delivered; smaller frames may go through
│   └── DeliveryUnknown     it may or may not have arrived: never post it again unchanged
├── OutOfTime               the function's time limit is too near for what was asked
├── HandoffFailed           the function that runs turns could not be started
├── MetricLimitReached      agents have made as many metrics for the user as allowed
├── ConnectionLimitReached  the user has as many open connections as allowed
├── TokenRejected           the token does not authenticate a user
├── DefinitionFault         an asset definition that cannot be loaded
├── UnknownEvent            the event is not one that this function handles
├── UnexpectedError         a function failed with an exception that is none of these
└── ConfigurationError      the deployment lacks a setting or has a wrong one
"""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal

__all__ = [
    "AgentError",
    "AlreadyOpened",
    "BadRequest",
    "BudgetUsedUp",
    "ClaimLost",
    "ClientFault",
    "ConfigurationError",
    "Conflict",
    "ConnectionGone",
    "ConnectionLimitReached",
    "DefinitionFault",
    "DeliveryUnknown",
    "ErrorCode",
    "FrameTooLarge",
    "GatewayUnreachable",
    "HandoffFailed",
    "MetricLimitReached",
    "NotFound",
    "OutOfTime",
    "PushError",
    "PushThrottled",
    "StaleRead",
    "StoreError",
    "StoreUnavailable",
    "StoreUnreachable",
    "ThreadcastError",
    "TokenRejected",
    "TooManyRequests",
    "ToolRefusal",
    "Unauthorized",
    "UnexpectedError",
    "UnknownEvent",
]

ErrorCode = Literal[
    "BAD_REQUEST", "UNAUTHORIZED", "NOT_FOUND", "CONFLICT", "TOO_MANY_REQUESTS", "INTERNAL_SERVER_ERROR"
]


class ThreadcastError(Exception):
    """The base of everything raised on purpose; `text_is_loggable`: it holds no words of users or models."""

    text_is_loggable: ClassVar[bool] = True


class ClientFault(ThreadcastError):
    """A refusal that the client may read: `code` for programs, `message` for people."""

    code: ClassVar[ErrorCode]
    retry_after_s: float | None = None
    chat_id: str | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(ClientFault):
    """The request is invalid."""

    code = "BAD_REQUEST"


class Unauthorized(ClientFault):
    """The user has a role on the chat or asset, but not one that permits this."""

    code = "UNAUTHORIZED"


class NotFound(ClientFault):
    """It does not exist, or the user has no role on it: both in the same words."""

    code = "NOT_FOUND"

    def __init__(self, what: Literal["Chat", "Asset", "Message"]) -> None:
        super().__init__(f"{what} not found")
        self.what = what


class Conflict(ClientFault):
    """Another turn of this chat is running."""

    code = "CONFLICT"

    def __init__(self, chat_id: str) -> None:
        super().__init__("Another message of this chat is still being answered")
        self.chat_id = chat_id


class TooManyRequests(ClientFault):
    """The user's rate or number of concurrent turns is used up until `retry_after_s` seconds from now."""

    code = "TOO_MANY_REQUESTS"

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BudgetUsedUp(TooManyRequests):
    """The month's budget is used up until `renews_at`; of `left`, None is without such a limit."""

    def __init__(
        self, message: str, retry_after_s: float, left: tuple[int | None, Decimal | None], renews_at: datetime
    ) -> None:
        super().__init__(message, retry_after_s)
        self.tokens_left, self.usd_left = left
        self.renews_at = renews_at


class AgentError(ThreadcastError):
    """The agent could not answer. `message` is safe to show; what happened is in `__cause__`."""

    text_is_loggable = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ToolRefusal(ThreadcastError):
    """The model asked for what can't be done; the text says why, so that it can do better.

    `text` goes to the model. It may name tables, columns and functions, never anything beyond the context.
    """

    text_is_loggable = False

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class StoreError(ThreadcastError):
    """A call to the table failed."""


class StoreUnavailable(StoreError):
    """Throttled, timed out or refused: a retry may succeed."""


class StoreUnreachable(StoreUnavailable):
    """Nothing answers at the table's endpoint; the text says what to start."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"The table cannot be reached at {endpoint}: use `make invoke EVENT=…`, which starts one, "
            "or start `make invoke ARGS=--serve` beside `sam local invoke`"
        )
        self.endpoint = endpoint


class StaleRead(StoreError):
    """A concurrent write succeeded first: nothing was written; read again and decide again."""


class AlreadyOpened(StoreError):
    """A request with this key has opened a turn before: nothing was written.

    `fingerprint` is that request's, None if it is not known.
    """

    def __init__(self, chat_id: str, message_id: str, fingerprint: str | None = None) -> None:
        super().__init__(chat_id, message_id)
        self.chat_id = chat_id
        self.message_id = message_id
        self.fingerprint = fingerprint


class ClaimLost(StoreError):
    """This process may not write the turn any more: it must not write or send anything further."""

    def __init__(self, message_id: str) -> None:
        super().__init__(message_id)
        self.message_id = message_id


class PushError(ThreadcastError):
    """A frame did not, or may not have, reached the connection `connection_id`."""

    def __init__(self, connection_id: str) -> None:
        super().__init__(connection_id)
        self.connection_id = connection_id


class ConnectionGone(PushError):
    """The connection does not exist (410)."""


class PushThrottled(PushError):
    """The frame was not delivered (429): the account's rate is used up, or the client reads too slowly."""


class GatewayUnreachable(PushThrottled):
    """The frame was not delivered: the gateway accepts no connections."""


class FrameTooLarge(PushError):
    """The frame was not delivered (413): smaller frames may go through."""


class DeliveryUnknown(PushError):
    """A 5xx, a reset or a time-out: the frame may have arrived, so it must not be posted again unchanged."""


class OutOfTime(ThreadcastError):
    """The function's time limit is too near for what was asked; nothing was begun."""


class HandoffFailed(ThreadcastError):
    """The function that runs turns could not be started."""


class MetricLimitReached(ThreadcastError):
    """Agents have made as many metrics for the user as allowed; `rule` says so, for people."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.rule = "metrics made in chats are not kept here"
        if limit:
            metrics = "1 metric" if limit == 1 else f"{limit:,} metrics"
            self.rule = f"a user may keep {metrics} made in chats; an administrator can delete some"


class ConnectionLimitReached(ThreadcastError):
    """The user has as many open connections as allowed: the handshake is refused with 429."""


class TokenRejected(ThreadcastError):
    """The token does not authenticate a user. The text is for the log; the client receives only a 401."""


class DefinitionFault(ThreadcastError):
    """An asset that cannot be loaded: `reason` is for the operator who wrote the file `source`.

    `line` counts from 1; None: the whole file. The text is one line, whatever the file's own words hold.
    """

    text_is_loggable = False

    def __init__(self, source: str, reason: str, line: int | None = None) -> None:
        super().__init__(source, reason, line)
        self.source = source
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.source}{line}: {' '.join(self.reason.split())}"


class ConfigurationError(ThreadcastError):
    """The deployment lacks a setting, or has an invalid one."""


class UnknownEvent(ThreadcastError):
    """The event is not one that this function handles. The text names what is missing, never a value."""


class UnexpectedError(ThreadcastError):
    """A function failed with an exception that is none of these. The text names its type and no more."""
