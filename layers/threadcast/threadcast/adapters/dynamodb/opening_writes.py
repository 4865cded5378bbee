"""The four writes that open a turn, each with the condition that makes the opening safe."""

from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import chat_values, message_values
from threadcast.adapters.dynamodb.write_requests import Write, changes, put, update
from threadcast.adapters.item_lifetimes import QUOTA_LIFETIME_S, expired_leases, expiry
from threadcast.adapters.json_documents import timestamp
from threadcast.ports import Opening

__all__ = ["chat", "message", "quota", "request"]

_SET_AT_AN_OPENING = (
    "title",
    "updated_at",
    "asset",
    "most_recent_file",
    "next_message_number",
    "removed",
    "running_turn",
    "version",
    "gsi1sk",
)


def request(opening: Opening, now: datetime) -> Write:
    """The request's key, unless it has opened a turn; TTL deletes late, so an expired one is overwritten."""
    return put(
        keys.request(opening.request_key),
        {
            "chat_id": opening.chat.id,
            "message_id": opening.message.id,
            "expires_at": expiry(now, opening.request_ttl_s),
        },
        condition="attribute_not_exists(pk) OR expires_at <= :now",
        given={"now": int(now.timestamp())},
    )


def chat(opening: Opening) -> Write:
    """A new chat if there is none of its id; else the changes to one that is as it was read."""
    key, values = keys.chat(opening.chat.id), chat_values(opening.chat)
    if opening.chat.version == 1:
        return put(key, values, condition="attribute_not_exists(pk)")
    # An update, not a put: attributes that later versions of this code have added stay as they are.
    present = [name for name in _SET_AT_AN_OPENING if name in values]
    absent = [name for name in _SET_AT_AN_OPENING if name not in values]
    return update(
        key,
        changes([f"{name} = :{name}" for name in present], absent),
        condition="version = :read_version AND attribute_not_exists(running_turn)",
        given={**{name: values[name] for name in present}, "read_version": opening.chat.version - 1},
    )


def message(opening: Opening) -> Write:
    """The message, where none of that number is."""
    key = keys.message(opening.chat.id, opening.message.number)
    return put(key, message_values(opening.message), condition="attribute_not_exists(pk)")


def quota(opening: Opening, now: datetime) -> Write:
    """The bucket and this turn's lease; other turns' stay, since their runners renew them meanwhile."""
    quota, version = opening.quota, opening.quota.version or 1
    settings = ["tokens = :tokens", "refilled_at = :refilled_at", "version = :version", "expires_at = :end"]
    names = {f"dead{at}": keys.LEASE + dead for at, dead in enumerate(expired_leases(opening, now))}
    removals = [f"#{name}" for name in names]
    given = {
        "tokens": float(quota.tokens),
        "refilled_at": timestamp(quota.refilled_at),
        "version": version,
        "end": expiry(now, QUOTA_LIFETIME_S),
    }
    condition = "attribute_not_exists(version)"
    if version > 1:
        condition, given["read_version"] = "version = :read_version", version - 1
    if opening.message.id in quota.running:
        settings.append("#own = :own_lease")
        given["own_lease"] = timestamp(quota.running[opening.message.id])
        names["own"] = keys.LEASE + opening.message.id
    return update(
        keys.rate(opening.user_id), changes(settings, removals), condition=condition, given=given, names=names
    )
