"""A small client for Threadcast: a connection, the reference reducer, a frame checker, a terminal chat."""

from client.connection import Connection
from client.errors import (
    BadAddress,
    BadFrame,
    ClientError,
    ConnectionLost,
    HandshakeRefused,
    TimedOut,
    TurnFailed,
)
from client.fold import ChatState, fold
from client.frames import check_frame, is_gateway_frame, is_terminal
from client.law import Difference, agrees_with, fold_stream
from client.merge import merge_neighbours, merged
from client.turn import Turn

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
