"""Stores over one DynamoDB table; `docs/table.md` shows its items."""

from threadcast.adapters.dynamodb.asset_library import DynamoAssetLibrary
from threadcast.adapters.dynamodb.asset_store import DynamoAssetStore
from threadcast.adapters.dynamodb.chat_store import DynamoChatStore
from threadcast.adapters.dynamodb.connection_store import DynamoConnectionStore
from threadcast.adapters.dynamodb.table import DynamoTable
from threadcast.adapters.dynamodb.turn_store import DynamoTurnStore

__all__ = [
    "DynamoAssetLibrary",
    "DynamoAssetStore",
    "DynamoChatStore",
    "DynamoConnectionStore",
    "DynamoTable",
    "DynamoTurnStore",
]
