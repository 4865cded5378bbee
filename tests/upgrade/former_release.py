"""What the former release has written, as items of a table."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["USER_ID", "FormerRelease", "former_release"]

_SNAPSHOT = Path(__file__).parent / "former_release.json"
USER_ID = "a11ce000-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class FormerRelease:
    """The table's items, each chat as the release returned it, and a handoff that waits for its runner."""

    items: list[dict[str, Any]]
    chats: Mapping[str, Mapping[str, Any]]
    handoff: Mapping[str, Any]

    @property
    def claimed_chat_id(self) -> str:
        """The chat whose turn was running, with a claim, when the snapshot was taken."""
        claimed = (item for item in self.items if "claim" in item.get("running_turn", {}).get("M", {}))
        return str(next(claimed)["id"]["S"])


def former_release() -> FormerRelease:
    """Read the snapshot; the turn that waits for its runner has a lease that is valid now."""
    found = json.loads(_SNAPSHOT.read_text(encoding="utf-8"))
    items = [{name: _value(value) for name, value in item.items()} for item in found["items"]]
    lease_until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="microseconds")
    for item in items:
        if item.get("id", {}).get("S") == found["handoff"]["chat_id"]:
            item["running_turn"]["M"]["lease_until"] = {"S": lease_until.replace("+00:00", "Z")}
    return FormerRelease(items, found["chats"], found["handoff"])


def _value(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if "B" in value else value
