"""In-memory stores for tests, with the same contract as the stores in DynamoDB."""

from threadcast.adapters.memory.asset_store import MemoryAssetLibrary, MemoryAssetStore
from threadcast.adapters.memory.chat_management.chat_edits import MemoryChatEdits
from threadcast.adapters.memory.chat_management.chat_library import MemoryChatLibrary
from threadcast.adapters.memory.chat_management.chat_lists import MemoryChatLists
from threadcast.adapters.memory.chat_management.directory import MemoryDirectory
from threadcast.adapters.memory.chat_management.open_chats import MemoryOpenChats
from threadcast.adapters.memory.chat_store import MemoryChatStore
from threadcast.adapters.memory.connection_store import MemoryConnectionStore
from threadcast.adapters.memory.metric_quota import MemoryMetricQuotaStore
from threadcast.adapters.memory.personal_data import MemoryPersonalDataStore
from threadcast.adapters.memory.table import MemoryTable
from threadcast.adapters.memory.turn_store import MemoryTurnStore
from threadcast.adapters.memory.usage_store import MemoryUsageStore

__all__ = [
    "MemoryAssetLibrary",
    "MemoryAssetStore",
    "MemoryChatEdits",
    "MemoryChatLibrary",
    "MemoryChatLists",
    "MemoryChatStore",
    "MemoryConnectionStore",
    "MemoryDirectory",
    "MemoryMetricQuotaStore",
    "MemoryOpenChats",
    "MemoryPersonalDataStore",
    "MemoryTable",
    "MemoryTurnStore",
    "MemoryUsageStore",
]
