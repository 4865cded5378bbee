"""The four writes of the transaction that opens a turn, each with its condition."""

from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import chat_values, message_values
from threadcast.adapters.dynamodb.sdk.write_requests import Write, put, update, update_expression
from threadcast.adapters.item_lifetimes import QUOTA_LIFETIME_S, expired_leases, expiry
from threadcast.adapters.json_documents import timestamp
from threadcast.ports import Opening

__all__ = ["chat", "message", "quota", "request"]

_SET_AT_AN_OPENING = (
    "title",
    "updated_at",
    "asset",
    "most_recent_file",
    "most_recent_version",
    "next_message_number",
    "removed",
    "running_turn",
    "version",
    "gsi1sk",
)


def request(opening: Opening, now: datetime) -> Write:
    """Return the write of the request's key, which must not exist, or be one that TTL has yet to delete."""
    return put(
        keys.request(opening.request_key),
        {
            "chat_id": opening.chat.id,
            "message_id": opening.message.id,
            "fingerprint": opening.fingerprint,
            "expires_at": expiry(now, opening.request_ttl_s),
        },
        condition="attribute_not_exists(pk) OR expires_at <= :now",
        expression_values={"now": int(now.timestamp())},
    )


def chat(opening: Opening) -> Write:
    """Return the write of a new chat, or of the changes to one that still has the version that was read."""
    key, values = keys.chat(opening.chat.id), chat_values(opening.chat)
    if opening.chat.version == 1:
        return put(key, values, condition="attribute_not_exists(pk)")
    # An update, not a put: attributes that later versions of this code have added stay as they are.
    present = [name for name in _SET_AT_AN_OPENING if name in values]
    absent = [name for name in _SET_AT_AN_OPENING if name not in values]
    return update(
        key,
        update_expression([f"{name} = :{name}" for name in present], absent),
        condition="version = :read_version AND attribute_not_exists(running_turn)",
        expression_values={
            **{name: values[name] for name in present},
            "read_version": opening.chat.version - 1,
        },
    )


def message(opening: Opening) -> Write:
    """Return the write of the message; fails if the chat has a message of this number."""
    key = keys.message(opening.chat.id, opening.message.number)
    return put(key, message_values(opening.message), condition="attribute_not_exists(pk)")


def quota(opening: Opening, now: datetime) -> Write:
    """Return the write of the quota and this turn's lease; the leases of other turns are not changed."""
    quota, version = opening.quota, opening.quota.version or 1
    settings = ["tokens = :tokens", "refilled_at = :refilled_at", "version = :version", "expires_at = :end"]
    names = {f"expired{at}": keys.LEASE + id_ for at, id_ in enumerate(expired_leases(opening, now))}
    removals = [f"#{name}" for name in names]
    expression_values = {
        "tokens": float(quota.tokens),
        "refilled_at": timestamp(quota.refilled_at),
        "version": version,
        "end": expiry(now, QUOTA_LIFETIME_S),
    }
    condition = "attribute_not_exists(version)"
    if version > 1:
        condition, expression_values["read_version"] = "version = :read_version", version - 1
    if opening.message.id in quota.running:
        settings.append("#own = :own_lease")
        expression_values["own_lease"] = timestamp(quota.running[opening.message.id])
        names["own"] = keys.LEASE + opening.message.id
    return update(
        keys.rate(opening.user_id),
        update_expression(settings, removals),
        condition=condition,
        expression_values=expression_values,
        expression_names=names,
    )
