"""A Threadcast client: connection, reference fold, frame checker and terminal chat."""

from threadcast_client.connection import Connection
from threadcast_client.errors import (
    BadAddress,
    BadFrame,
    ClientError,
    ConnectionLost,
    HandshakeRefused,
    TimedOut,
    TurnFailed,
)
from threadcast_client.folding.agreement import Difference, agrees_with, fold_stream
from threadcast_client.folding.chunk_merging import merge_neighbours, merged
from threadcast_client.folding.reducer import ChatState, fold
from threadcast_client.protocol.frame_checker import check_frame
from threadcast_client.protocol.frames import is_gateway_frame, is_terminal
from threadcast_client.turn import Turn

__all__ = [
    "BadAddress",
    "BadFrame",
    "ChatState",
    "ClientError",
    "Connection",
    "ConnectionLost",
    "Difference",
    "HandshakeRefused",
    "TimedOut",
    "Turn",
    "TurnFailed",
    "agrees_with",
    "check_frame",
    "fold",
    "fold_stream",
    "is_gateway_frame",
    "is_terminal",
    "merge_neighbours",
    "merged",
]
