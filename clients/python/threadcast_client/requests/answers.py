"""Send a request that opens no turn, and read its answer: one payload, or the pages of a list."""

from collections.abc import AsyncIterator
from typing import Any, Protocol
from uuid import uuid4

from threadcast_client.protocol.frames import AnyFrame
from threadcast_client.turn import Turn

__all__ = ["Requester", "Requests", "given"]


class Requester(Protocol):
    """Sends requests; a `Connection`."""

    async def request(self, route: str, payload: Any, *, request_id: str | None) -> Turn:
        """Send a request and return its frames."""
        ...


class Requests:
    """A group of requests over one connection.

    Each method raises `TurnFailed`, in the class of the error's code, if the server refuses the request,
    `TimedOut` if it does not answer within the connection's timeout, and `ConnectionLost`.
    """

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    async def _payload(self, route: str, payload: Any, request_id: str | None = None) -> Any:
        return (await self._last_frame(route, payload, request_id))["payload"]

    async def _items(self, route: str, payload: dict[str, Any]) -> AsyncIterator[Any]:
        """Yield the items of a list, and request the next page once those of a page are used up."""
        cursor: str | None = None
        while True:
            frame = await self._last_frame(route, given({**payload, "cursor": cursor}))
            for item in frame["payload"]:
                yield item
            cursor = frame["next_cursor"]
            if cursor is None:
                return

    async def _frames(self, route: str, payload: Any) -> list[AnyFrame]:
        """Return every frame of an answer of several frames."""
        turn = await self._requester.request(route, payload, request_id=str(uuid4()))
        await turn.last_frame()
        return turn.frames

    async def _last_frame(self, route: str, payload: Any, request_id: str | None = None) -> AnyFrame:
        turn = await self._requester.request(route, payload, request_id=request_id or str(uuid4()))
        return await turn.last_frame()


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are not None: null and absence are the same to the server."""
    return {key: value for key, value in fields.items() if value is not None}
