"""Stores over one DynamoDB table; `docs/table.md` shows its items."""

from threadcast.adapters.dynamo.assets import DynamoAssetStore
from threadcast.adapters.dynamo.chats import DynamoChatStore
from threadcast.adapters.dynamo.connections import DynamoConnectionStore
from threadcast.adapters.dynamo.library import DynamoAssetLibrary
from threadcast.adapters.dynamo.table import DynamoTable
from threadcast.adapters.dynamo.turns import DynamoTurnStore

__all__ = [
    "DynamoAssetLibrary",
    "DynamoAssetStore",
    "DynamoChatStore",
    "DynamoConnectionStore",
    "DynamoTable",
    "DynamoTurnStore",
]
