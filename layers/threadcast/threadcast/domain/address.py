"""What frames repeat of their request and their turn."""

from dataclasses import dataclass

from threadcast.domain.message import Message, Sender

__all__ = ["Address", "address_of"]


@dataclass(frozen=True, slots=True)
class Address:
    """What a frame repeats of its request, and its turn's ids, which are None before a turn is opened."""

    route: str | None
    request_id: str | None = None
    chat_id: str | None = None
    message_id: str | None = None
    sender: Sender | None = None

    @property
    def turn_ids(self) -> tuple[str, str]:
        """The ids of the chat and the message; raises `ValueError` before a turn is opened."""
        if self.chat_id is None or self.message_id is None:
            raise ValueError("no turn is opened")
        return self.chat_id, self.message_id


def address_of(message: Message) -> Address:
    """Return the fields that every frame about a message repeats."""
    echo = message.echo
    return Address(echo.route, echo.request_id, message.chat_id, message.id, message.sender)
