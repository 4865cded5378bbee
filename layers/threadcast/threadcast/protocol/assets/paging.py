"""Cursors: places in a list, as opaque texts."""

import base64
import binascii
import json
from datetime import datetime

from threadcast.ports import AssetPosition

__all__ = ["cursor_of", "position_in"]

_MAX_CHARACTERS = 200


def cursor_of(position: AssetPosition) -> str:
    """Return the cursor of a place in a list."""
    place = json.dumps([position.updated_at.isoformat(), position.asset_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()


def position_in(cursor: str) -> AssetPosition | None:
    """Return the place in a cursor; None for a text that `cursor_of` has not made."""
    if len(cursor) > _MAX_CHARACTERS or not cursor.isascii():
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
        updated_at, asset_id = place
        position = AssetPosition(datetime.fromisoformat(updated_at), asset_id)
        return position if cursor_of(position) == cursor and position.updated_at.tzinfo else None
    except (binascii.Error, TypeError, ValueError, RecursionError):
        return None
