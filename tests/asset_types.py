"""The types of assets as the registry lists them, in the words of the protocol's refusals."""

from threadcast.assets.kinds import startable_types, type_names

__all__ = ["NAMES_THAT_START_CHATS", "STARTABLE", "cannot_start", "must_be_one_of"]

STARTABLE = ", ".join(startable_types())

NAMES_THAT_START_CHATS = tuple(name for name, found in type_names().items() if found in startable_types())
"""Names of types that start chats, those of older clients included."""


def must_be_one_of() -> str:
    """Return the refusal of a name that is no type."""
    return f"asset_type must be one of: {STARTABLE}"


def cannot_start(asset_type: str) -> str:
    """Return the refusal of a type that starts no chat yet."""
    return f"A chat cannot start on asset_type '{asset_type}' yet; these can: {STARTABLE}"
