"""Stores that forget when the process ends, for tests and trials: the same promises, in plain sight."""

from threadcast.adapters.memory.assets import MemoryAssetLibrary, MemoryAssetStore
from threadcast.adapters.memory.chats import MemoryChatStore
from threadcast.adapters.memory.connections import MemoryConnectionStore
from threadcast.adapters.memory.table import MemoryTable
from threadcast.adapters.memory.turns import MemoryTurnStore

__all__ = [
    "MemoryAssetLibrary",
    "MemoryAssetStore",
    "MemoryChatStore",
    "MemoryConnectionStore",
    "MemoryTable",
    "MemoryTurnStore",
]
