"""The writes of a turn, each one call, each fenced.

The order in which racing writers come does not matter, because every one of them looks at the chat's item:
an opening at `version` (and that no turn runs), everything later at `running_turn`. Whoever ends a turn
removes `running_turn`; from then on the former runner's writes fail, also once another turn has been opened.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from threadcast.adapters.dynamodb import keys, opening_writes
from threadcast.adapters.dynamodb.attribute_values import plain_item
from threadcast.adapters.dynamodb.error_translation import ConditionFailed, WriteConflict, fenced
from threadcast.adapters.dynamodb.item_mapping import message_values
from threadcast.adapters.dynamodb.table import DynamoTable
from threadcast.adapters.dynamodb.write_requests import Write, changes, put, update
from threadcast.adapters.item_lifetimes import QUOTA_LIFETIME_S, expiry
from threadcast.adapters.json_documents import timestamp, to_document
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.errors import AlreadyOpened, ClaimLost, StaleRead
from threadcast.ports import Claim, Opening

__all__ = ["DynamoTurnStore"]


class DynamoTurnStore:
    """A `TurnStore`; `now` tells which request keys may be used anew."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key at once."""
        now = self._now()
        try:
            self._table.transact(
                opening_writes.request(opening, now),  # first: its failure is looked for at position 0
                opening_writes.chat(opening),
                opening_writes.message(opening),
                opening_writes.quota(opening, now),
            )
        except ConditionFailed as error:
            earlier = error.failed.get(0)
            if earlier is None:
                raise StaleRead from error
            found = plain_item(earlier)
            raise AlreadyOpened(found["chat_id"], found["message_id"]) from error
        except WriteConflict as error:
            # Another opening of this chat or user kept winning: what was read is surely out of date.
            raise StaleRead from error

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Take a turn that nobody has claimed yet; `ClaimLost` if somebody has, or if it is over."""
        lease = timestamp(lease_until)
        take = update(
            keys.chat(claim.chat_id),
            "SET running_turn.claim = :token, running_turn.lease_until = :lease_until",
            condition="running_turn.message_id = :message_id AND attribute_not_exists(running_turn.claim)",
            given={"token": claim.token, "lease_until": lease, "message_id": claim.message_id},
        )
        try:
            self._table.write(take)
        except ConditionFailed as error:
            # The SDK repeats a call whose answer it missed, and finds what the first one wrote.
            turn = plain_item(error.failed[0]).get("running_turn", {})
            made = (claim.message_id, claim.token, lease)
            if (turn.get("message_id"), turn.get("claim"), turn.get("lease_until")) != made:
                raise ClaimLost(claim.message_id) from error

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew the lease (the quota's too) and store what was said so far; None: nothing new was said."""
        said = () if message is None else (_message(message),)
        with fenced(claim.message_id):
            self._table.transact(
                _renewal(claim, lease_until), *said, _quota_renewal(claim, lease_until, self._now())
            )

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's new title and file, free the quota."""
        with fenced(claim.message_id):
            self._table.transact(
                _ending(claim, chat, lease_expired_at),
                put(
                    keys.message(message.chat_id, message.number),
                    message_values(message),
                    condition="attribute_not_exists(outcome)",
                ),
                _quota_release(claim, self._now()),
            )

    def record_delivery(self, message: Message, untold: Collection[str], *, sent: bool) -> None:
        """Record how far the terminal frame has got; `ClaimLost` if no outcome has been decided."""
        told = update(
            keys.message(message.chat_id, message.number),
            "SET untold = :untold, outcome_sent = :true" if sent else "SET untold = :untold",
            condition="message_id = :message_id AND attribute_exists(outcome)",
            given={"untold": sorted(untold), "message_id": message.id} | ({"true": True} if sent else {}),
        )
        with fenced(message.id):
            self._table.write(told)


def _ownership(claim: Claim) -> str:
    """The condition that a turn is (still) in the hands of whoever holds the claim; no token: in nobody's."""
    held = "attribute_not_exists(running_turn.claim)"
    if claim.token is not None:
        held = "running_turn.claim = :token"
    return f"running_turn.message_id = :message_id AND {held}"


def _renewal(claim: Claim, lease_until: datetime) -> Write:
    return update(
        keys.chat(claim.chat_id),
        "SET running_turn.lease_until = :lease_until",
        condition=_ownership(claim),
        given={
            "lease_until": timestamp(lease_until),
            "message_id": claim.message_id,
            "token": claim.token,
        },
    )


def _message(message: Message) -> Write:
    # No condition: the chat's, in the same transaction, says that the turn is ours and not yet decided.
    return put(keys.message(message.chat_id, message.number), message_values(message))


def _ending(claim: Claim, chat: Chat, lease_expired_at: datetime | None) -> Write:
    condition = _ownership(claim)
    if lease_expired_at is not None:
        condition += " AND running_turn.lease_until <= :lapsed_at"
    settings = ["title = :title", "updated_at = :at", "gsi1sk = :at", "version = version + :one"]
    removals, file = ["running_turn"], None
    if chat.most_recent_file is None:
        removals.append("most_recent_file")
    else:
        settings.append("most_recent_file = :file")
        file = to_document(chat.most_recent_file)
    return update(
        keys.chat(claim.chat_id),
        changes(settings, removals),
        condition=condition,
        given={
            "title": chat.title,
            "at": timestamp(chat.updated_at),
            "one": 1,
            "file": file,
            "message_id": claim.message_id,
            "token": claim.token,
            "lapsed_at": None if lease_expired_at is None else timestamp(lease_expired_at),
        },
    )


# A lease lies in an attribute of its own, not in a map: a path into a map fails where the item was erased.


def _quota_renewal(claim: Claim, lease_until: datetime, now: datetime) -> Write:
    return update(
        keys.rate(claim.user_id),
        "SET #lease = :lease_until, expires_at = :expires_at",
        given={"lease_until": timestamp(lease_until), "expires_at": expiry(now, QUOTA_LIFETIME_S)},
        names={"lease": keys.LEASE + claim.message_id},
    )


def _quota_release(claim: Claim, now: datetime) -> Write:
    return update(
        keys.rate(claim.user_id),
        "SET expires_at = :expires_at REMOVE #lease",
        given={"expires_at": expiry(now, QUOTA_LIFETIME_S)},
        names={"lease": keys.LEASE + claim.message_id},
    )
