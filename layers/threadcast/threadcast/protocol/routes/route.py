"""One route: how its payload is parsed, which use case serves it, and which frames answer it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast, get_args, get_type_hints

from threadcast.domain.address import Address
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.protocol.frames import reply_frame
from threadcast.protocol.paging import PagePayload
from threadcast.protocol.types.frame_types import ErrorEvent, ReplyFrame
from threadcast.turns.request_context import RequestContext

__all__ = ["Reply", "Route", "UseCase"]

_Command = TypeVar("_Command")
_Result = TypeVar("_Result")
_Command_contra = TypeVar("_Command_contra", contravariant=True)
_Result_co = TypeVar("_Result_co", covariant=True)


class UseCase(Protocol[_Command_contra, _Result_co]):
    """Serves the commands of one route."""

    def serve(self, request: _Command_contra, context: RequestContext, /) -> Iterable[_Result_co]:
        """Yield the results, in the order of their frames.

        Each one is sent before the next is asked for, so that a generator may do work after its answer. A
        `ClientFault` or any other exception before the first result becomes an error frame. A turn's own
        frames are broadcast, so its use case returns no result.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply(Generic[_Result]):
    """One kind of result and its frame, a `TypedDict` whose `event` is a Literal of one name.

    `payload` makes the frame's payload of a result and a limit in bytes, which the whole frame must keep: any
    JSON value, or the `PagePayload` of a list, whose frame is a `PageFrame`. `is_part`: the frames that would
    follow are of no use without this one, so none is sent if it cannot be delivered.
    """

    result: type[Any]
    frame: type
    payload: Callable[[_Result, int], Any]
    is_part: bool = False

    @property
    def event(self) -> ErrorEvent:
        """The event of the frame."""
        return cast("ErrorEvent", get_args(get_type_hints(self.frame)["event"])[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[_Command, _Result]):
    """One row of the table.

    `request` is the `TypedDict` of a client's message; the Literal of its key `route` are the route's names,
    the first of which is the main one. `parse` makes a command of the payload, which has `payload_type`, or
    raises `BadRequest`. `refusal` is the event of an error; None: that of the first reply. `turn_frames` are
    frames of a turn that the request opens; such a request is charged to the quota of turns, any other to the
    quota of messages, before its payload is parsed. `metric` names the metric that counts a result.
    """

    request: type
    parse: Callable[[Any], _Command]
    use_case: type[UseCase[_Command, _Result]]
    replies: tuple[Reply[Any], ...] = ()
    payload_type: type = dict
    refusal: ErrorEvent | None = None
    turn_frames: tuple[type, ...] = ()
    metric: Callable[[_Result], str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the route."""
        return get_args(get_type_hints(self.request)["route"])

    @property
    def error_event(self) -> ErrorEvent:
        """The event of an error."""
        return self.refusal or self.replies[0].event

    @property
    def opens_turn(self) -> bool:
        """Whether the request opens a turn."""
        return bool(self.turn_frames)

    def reply(self, result: _Result, to: Address, max_bytes: int = MAX_FRAME_BYTES) -> ReplyFrame:
        """Return the frame of a result, of at most `max_bytes` once it is JSON."""
        reply = self.reply_to(result)
        payload = reply.payload(result, max_bytes)
        if isinstance(payload, PagePayload):
            frame = reply_frame(reply.event, payload.items, to)
            return {**frame, "next_cursor": payload.next_cursor}
        return reply_frame(reply.event, payload, to)

    def reply_to(self, result: _Result) -> Reply[Any]:
        """Return the kind of a result."""
        return next(each for each in self.replies if isinstance(result, each.result))
