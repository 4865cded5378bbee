"""What the use cases need from outside, as Protocols; `threadcast.adapters` implements them."""

from threadcast.ports.agent import Agent, AgentTask, Allowance, Exchange, NoLimit, StopSignal
from threadcast.ports.assets import AssetLibrary, AssetPage, AssetPosition, AssetStore
from threadcast.ports.chat_management.chat_edits import ChatEdits
from threadcast.ports.chat_management.chat_library import ChatLibrary
from threadcast.ports.chat_management.chat_lists import ChatLists, ListedChat
from threadcast.ports.chat_management.directory import Directory
from threadcast.ports.chat_management.open_chats import OpenChats
from threadcast.ports.chats import ChatStore, RequestRecord, StoredChat
from threadcast.ports.clock import Clock, IdMaker
from threadcast.ports.connections import (
    Connection,
    ConnectionStore,
    Presence,
    Quota,
    SpendingState,
    UsageStore,
)
from threadcast.ports.metric_quota import MadeMetric, MetricQuotaStore
from threadcast.ports.personal_data import PersonalData, PersonalDataStore
from threadcast.ports.push import ConnectionProbe, FrameEncoder, Pusher
from threadcast.ports.tokens import TokenVerifier
from threadcast.ports.turns import Claim, Handoff, Opening, TurnStarter, TurnStore, UnfinishedTurn

__all__ = [
    "Agent",
    "AgentTask",
    "Allowance",
    "AssetLibrary",
    "AssetPage",
    "AssetPosition",
    "AssetStore",
    "ChatEdits",
    "ChatLibrary",
    "ChatLists",
    "ChatStore",
    "Claim",
    "Clock",
    "Connection",
    "ConnectionProbe",
    "ConnectionStore",
    "Directory",
    "Exchange",
    "FrameEncoder",
    "Handoff",
    "IdMaker",
    "ListedChat",
    "MadeMetric",
    "MetricQuotaStore",
    "NoLimit",
    "OpenChats",
    "Opening",
    "PersonalData",
    "PersonalDataStore",
    "Presence",
    "Pusher",
    "Quota",
    "RequestRecord",
    "SpendingState",
    "StopSignal",
    "StoredChat",
    "TokenVerifier",
    "TurnStarter",
    "TurnStore",
    "UnfinishedTurn",
    "UsageStore",
]
