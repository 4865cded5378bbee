"""A small client for Threadcast: a connection, the reference reducer, a frame checker, a terminal chat."""

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
from threadcast_client.fold import ChatState, fold
from threadcast_client.frames import check_frame, is_gateway_frame, is_terminal
from threadcast_client.law import Difference, agrees_with, fold_stream
from threadcast_client.merge import merge_neighbours, merged
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
