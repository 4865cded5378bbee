"""What the use cases need from the world, as small Protocols; adapters stand in `threadcast.adapters`."""

from threadcast.ports.agent import Agent, AgentTask, Exchange, StopSignal
from threadcast.ports.ambient import Clock, IdMaker
from threadcast.ports.assets import AssetLibrary, AssetStore
from threadcast.ports.chats import ChatStore, Claim, Opening, StoredChat, TurnStore
from threadcast.ports.outward import Handoff, Pusher, TurnStarter
from threadcast.ports.people import Connection, ConnectionStore, Presence, Quota, TokenVerifier

__all__ = [
    "Agent",
    "AgentTask",
    "AssetLibrary",
    "AssetStore",
    "ChatStore",
    "Claim",
    "Clock",
    "Connection",
    "ConnectionStore",
    "Exchange",
    "Handoff",
    "IdMaker",
    "Opening",
    "Presence",
    "Pusher",
    "Quota",
    "StopSignal",
    "StoredChat",
    "TokenVerifier",
    "TurnStarter",
    "TurnStore",
]
