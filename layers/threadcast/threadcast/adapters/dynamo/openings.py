"""The four writes that open a turn, each with the condition that makes the opening safe."""

from datetime import datetime

from threadcast.adapters.documents import timestamp
from threadcast.adapters.dynamo import keys
from threadcast.adapters.dynamo.records import chat_values, message_values
from threadcast.adapters.dynamo.writes import Write, put, update
from threadcast.adapters.lifetimes import QUOTA_LIFETIME_S, dead_leases, expiry
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
    removal = f" REMOVE {', '.join(absent)}" if absent else ""
    return update(
        key,
        "SET " + ", ".join(f"{name} = :{name}" for name in present) + removal,
        condition="version = :read_version AND attribute_not_exists(running_turn)",
        given={**{name: values[name] for name in present}, "read_version": opening.chat.version - 1},
    )


def message(opening: Opening) -> Write:
    """The message, where none of that number is."""
    key = keys.message(opening.chat.id, opening.message.number)
    return put(key, message_values(opening.message), condition="attribute_not_exists(pk)")


def quota(opening: Opening, now: datetime) -> Write:
    """The bucket and this turn's lease; other turns' stay, since their runners renew them meanwhile."""
    quota = opening.quota
    own_lease = quota.running.get(opening.message.id)
    is_new = quota.version == 1
    dead = {f"dead{at}": keys.LEASE + message_id for at, message_id in enumerate(dead_leases(opening, now))}
    changes = ["tokens = :tokens", "refilled_at = :refilled_at", "version = :version"]
    changes += ["expires_at = :expires_at", *([] if own_lease is None else ["#own = :own_lease"])]
    removal = f" REMOVE {', '.join(f'#{name}' for name in dead)}" if dead else ""
    return update(
        keys.rate(opening.user_id),
        f"SET {', '.join(changes)}{removal}",
        condition="attribute_not_exists(version)" if is_new else "version = :read_version",
        given={
            "tokens": float(quota.tokens),
            "refilled_at": timestamp(quota.refilled_at),
            "version": quota.version,
            "expires_at": expiry(now, QUOTA_LIFETIME_S),
            "own_lease": None if own_lease is None else timestamp(own_lease),
            "read_version": None if is_new else (quota.version or 1) - 1,
        },
        names={**dead, **({} if own_lease is None else {"own": keys.LEASE + opening.message.id})},
    )
