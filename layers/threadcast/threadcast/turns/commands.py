"""What a client can request, once its message is parsed and valid."""

import hashlib
import json
from dataclasses import asdict, dataclass

from threadcast.domain.asset import AssetRef

__all__ = ["Command", "GetRequest", "PostRequest", "StopRequest"]


@dataclass(frozen=True, slots=True)
class PostRequest:
    """A request for a turn: `prompt`, `asset` or both for a new chat, or `prompt` with `chat_id`.

    `replace_from` is the id of the first message to replace, together with every later one; it is set only
    with `chat_id`.
    """

    prompt: str | None = None
    chat_id: str | None = None
    replace_from: str | None = None
    asset: AssetRef | None = None

    @property
    def fingerprint(self) -> str:
        """The same for equal requests: 16 hexadecimal digits. A field that is None does not change it."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        canonical = json.dumps(given, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StopRequest:
    """A request to stop the turn that answers the message `message_id`."""

    chat_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class GetRequest:
    """A request for a chat's present state."""

    chat_id: str


Command = PostRequest | StopRequest | GetRequest
