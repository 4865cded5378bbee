"""What a user thinks of an answer."""

from dataclasses import dataclass
from datetime import datetime

from threadcast.domain.message import Rating

__all__ = ["Feedback"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's feedback on the answer in a message; a later one of the same user replaces it.

    `rating` is None where the user has taken it back. `number` is the message's number, `asset_id` the asset
    that the chat is about, None without one.
    """

    chat_id: str
    message_id: str
    number: int
    user_id: str
    rating: Rating | None
    given_at: datetime
    comment: str | None = None
    asset_id: str | None = None
