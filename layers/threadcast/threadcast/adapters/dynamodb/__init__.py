"""Stores in one DynamoDB table; `docs/table.md` describes its items, `sdk` makes the calls."""

from threadcast.adapters.dynamodb.asset_library import DynamoAssetLibrary
from threadcast.adapters.dynamodb.asset_store import DynamoAssetStore
from threadcast.adapters.dynamodb.chat_management.chat_edits import DynamoChatEdits
from threadcast.adapters.dynamodb.chat_management.chat_library import DynamoChatLibrary
from threadcast.adapters.dynamodb.chat_management.chat_lists import DynamoChatLists
from threadcast.adapters.dynamodb.chat_management.directory import DynamoDirectory
from threadcast.adapters.dynamodb.chat_management.open_chats import DynamoOpenChats
from threadcast.adapters.dynamodb.chat_store import DynamoChatStore
from threadcast.adapters.dynamodb.connection_store import DynamoConnectionStore, DynamoUsageStore
from threadcast.adapters.dynamodb.metric_quota import DynamoMetricQuotaStore
from threadcast.adapters.dynamodb.personal_data import DynamoPersonalDataStore
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.turn_store import DynamoTurnStore

__all__ = [
    "DynamoAssetLibrary",
    "DynamoAssetStore",
    "DynamoChatEdits",
    "DynamoChatLibrary",
    "DynamoChatLists",
    "DynamoChatStore",
    "DynamoConnectionStore",
    "DynamoDirectory",
    "DynamoMetricQuotaStore",
    "DynamoOpenChats",
    "DynamoPersonalDataStore",
    "DynamoTable",
    "DynamoTurnStore",
    "DynamoUsageStore",
]
