"""A Threadcast client: connection, reference fold, frame checker and terminal chat."""

from threadcast_client.connection import Connection
from threadcast_client.errors import (
    BadAddress,
    BadFrame,
    BadRequest,
    ClientError,
    Conflict,
    ConnectionLost,
    HandshakeRefused,
    InternalServerError,
    NotFound,
    TimedOut,
    TooManyRequests,
    TurnFailed,
    Unauthorized,
)
from threadcast_client.folding.agreement import Difference, agrees_with, fold_stream
from threadcast_client.folding.chunk_merging import merge_neighbours, merged
from threadcast_client.folding.reducer import ChatState, fold
from threadcast_client.protocol.frame_checker import check_frame
from threadcast_client.protocol.frames import is_gateway_frame, is_terminal
from threadcast_client.requests.assets import AssetRequests, MetricWithRows
from threadcast_client.requests.chats import ChatRequests
from threadcast_client.requests.usage import UsageRequests
from threadcast_client.turn import Turn

__all__ = [
    "AssetRequests",
    "BadAddress",
    "BadFrame",
    "BadRequest",
    "ChatRequests",
    "ChatState",
    "ClientError",
    "Conflict",
    "Connection",
    "ConnectionLost",
    "Difference",
    "HandshakeRefused",
    "InternalServerError",
    "MetricWithRows",
    "NotFound",
    "TimedOut",
    "TooManyRequests",
    "Turn",
    "TurnFailed",
    "Unauthorized",
    "UsageRequests",
    "agrees_with",
    "check_frame",
    "fold",
    "fold_stream",
    "is_gateway_frame",
    "is_terminal",
    "merge_neighbours",
    "merged",
]
