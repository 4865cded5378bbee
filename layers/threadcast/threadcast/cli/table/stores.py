"""`Stores`: everything that the commands read and write."""

from dataclasses import dataclass

from threadcast.ports import (
    AssetLibrary,
    AssetStore,
    ChatLibrary,
    ChatStore,
    ConnectionStore,
    PersonalDataStore,
    TurnStore,
    UsageStore,
)

__all__ = ["Stores"]


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one table."""

    assets: AssetLibrary
    asset_rows: AssetStore
    chats: ChatStore
    connections: ConnectionStore
    chat_library: ChatLibrary
    turns: TurnStore
    personal_data: PersonalDataStore
    usage: UsageStore
