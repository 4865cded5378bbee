"""Maps domain objects to the attribute values of items, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.item_lifetimes import epoch_of
from threadcast.adapters.json_documents import (
    dump,
    from_document,
    load,
    moment,
    pack,
    timestamp,
    to_document,
    unpack,
)
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.ports import AssetPosition, Quota

__all__ = [
    "NO_ROLE",
    "asset_of",
    "asset_values",
    "chat_of",
    "chat_values",
    "epoch_ms",
    "epoch_s",
    "feedback_of",
    "feedback_values",
    "grant_of",
    "is_favorited_of",
    "message_of",
    "message_values",
    "paid_until_of",
    "place_in_lists",
    "position_of",
    "quota_of",
    "role_of",
    "sized_message_of",
]


NO_ROLE = "none"
"""What the item of a user's role holds where it has the user's mark only; no `Role` has this name."""


def chat_values(chat: Chat) -> dict[str, Any]:
    """Return a chat's attributes, with its keys in the index: of its owner's chats, or of deleted ones."""
    return {
        **to_document(chat),
        "gsi1pk": keys.user_partition(chat.owner.id) if chat.deleted_at is None else keys.DELETED,
        "gsi1sk": timestamp(chat.updated_at),
    }


def chat_of(values: Mapping[str, Any]) -> Chat:
    """Return the chat in an item."""
    return from_document(Chat, values)


def message_values(message: Message) -> dict[str, Any]:
    """Return a message as one document, with the attributes that conditions and filters use beside it.

    Until its end is recorded as delivered, it has keys in the index of unfinished turns. They stay the
    same at every write: the index is written when the turn opens and when it is finished. They are short, and
    a false `outcome_sent` is not stored: a few bytes more make many messages exceed 1 KB, a write unit.
    """
    is_unfinished = not message.outcome_sent
    return {
        "message_id": message.id,
        "document": pack(
            dump(
                to_document(replace(message, outcome_sent=False, untold=None, deliverer=None, feedback=None))
            )
        ),
        "outcome": None if message.outcome is None else message.outcome.kind,
        "outcome_sent": message.outcome_sent or None,
        "untold": None if message.untold is None else list(message.untold),
        "deliverer": message.deliverer,
        "feedback": message.feedback,
        "gsi1pk": keys.unfinished(message.id) if is_unfinished else None,
        "gsi1sk": epoch_s(message.created_at) if is_unfinished else None,
    }


def message_of(values: Mapping[str, Any]) -> Message:
    """Return the message in an item."""
    return sized_message_of(values)[0]


def sized_message_of(values: Mapping[str, Any]) -> tuple[Message, int]:
    """Return the message in an item, and the size in bytes of its uncompressed document.

    The delivery of its outcome and its feedback have attributes of their own, so that recording them does not
    rewrite the document.
    """
    text = unpack(values["document"])
    message = from_document(Message, load(text))
    untold = None if values.get("untold") is None else tuple(values["untold"])
    outcome_sent, deliverer = bool(values.get("outcome_sent")), values.get("deliverer")
    return (
        replace(
            message,
            outcome_sent=outcome_sent,
            untold=untold,
            deliverer=deliverer,
            feedback=values.get("feedback"),
        ),
        len(text),
    )


def quota_of(values: Mapping[str, Any]) -> Quota | None:
    """Return the quota in an item; None for an item with leases only, as a deleted quota leaves behind."""
    if "version" not in values:
        return None
    return Quota(
        tokens=float(values["tokens"]),
        refilled_at=moment(values["refilled_at"]),
        running={
            name.removeprefix(keys.LEASE): moment(value)
            for name, value in values.items()
            if name.startswith(keys.LEASE)
        },
        version=values["version"],
    )


def epoch_s(moment_: datetime) -> str:
    """Return a time in whole seconds since 1970, as ten digits that sort in the order of time."""
    return f"{int(moment_.timestamp()):010d}"


def epoch_ms(moment_: datetime) -> int:
    """Return a time in milliseconds since 1970."""
    return round(moment_.timestamp() * 1000)


def paid_until_of(values: Mapping[str, Any]) -> datetime | None:
    """Return the bucket of messages in an item of a quota."""
    found = values.get("paid_until")
    return None if found is None else datetime.fromtimestamp(found / 1000, UTC)


def role_of(values: Mapping[str, Any] | None) -> Role | None:
    """Return the role in an item; None if there is no item or its role is unknown to this version."""
    try:
        return None if values is None else Role(values["role"])
    except ValueError:
        return None


def is_favorited_of(values: Mapping[str, Any] | None) -> bool:
    """Return the user's mark in the item of the user's role on a chat, or in none."""
    return values is not None and bool(values.get("is_favorited"))


def feedback_values(feedback: Feedback) -> dict[str, Any]:
    """Return the attributes of feedback, including its keys in the index of its asset's feedback."""
    about = None if feedback.asset_id is None else keys.feedback_on(feedback.asset_id)
    return {
        **to_document(feedback),
        "gsi1pk": about,
        "gsi1sk": None if about is None else timestamp(feedback.given_at),
    }


def feedback_of(values: Mapping[str, Any]) -> Feedback:
    """Return the feedback in an item."""
    return from_document(Feedback, values)


def grant_of(values: Mapping[str, Any]) -> Grant | None:
    """Return the grant in an item; None if the item is not a grant."""
    principal, role = keys.principal_of(values["sk"]), None
    if principal is not None:
        role = role_of(values)
    return None if principal is None or role is None else Grant(principal, role)


def asset_values(asset: Asset) -> dict[str, Any]:
    """Return an asset's attributes, its definition as one document; all assets share an index partition."""
    return {
        **to_document(asset),
        "expires_at": epoch_of(asset.expires_at),
        "definition": pack(dump(asset.definition)),
        "gsi1pk": keys.ASSETS,
        "gsi1sk": asset.id,
    }


def place_in_lists(asset: Asset, principal: Principal) -> dict[str, str]:
    """Return the keys in the index that a role on an asset has, in the list of the principal's assets."""
    return {
        "gsi1pk": keys.visible_assets(principal),
        "gsi1sk": keys.visible_asset(asset.type, timestamp(asset.updated_at), asset.id),
    }


def position_of(index_sort_key: str) -> AssetPosition:
    """Return the position in a sort key of `place_in_lists`."""
    _, updated_at, asset_id = index_sort_key.split("#", 2)
    return AssetPosition(moment(updated_at), asset_id)


def asset_of(values: Mapping[str, Any]) -> Asset:
    """Return the asset in an item."""
    document = {**values, "definition": load(unpack(values["definition"]))}
    if "expires_at" in values:
        document["expires_at"] = timestamp(datetime.fromtimestamp(values["expires_at"], UTC))
    return from_document(Asset, document)
