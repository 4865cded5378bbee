"""`DynamoTurnStore`: the writes of a turn, each one call, each fenced by conditions.

Concurrent writers are safe in any order, because every write has a condition on the chat's item: an opening
on `version` (and that no turn runs), every later write on `running_turn`. The write that ends a turn removes
`running_turn`; from then on the former runner's writes fail, even after another turn has been opened.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import astuple
from datetime import datetime
from typing import Any

from threadcast.adapters.dynamodb import keys, opening_writes
from threadcast.adapters.dynamodb.item_mapping import epoch_s, message_values
from threadcast.adapters.dynamodb.sdk.attribute_values import plain_item
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed, WriteConflict, fenced
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, put, update, update_expression
from threadcast.adapters.item_lifetimes import QUOTA_LIFETIME_S, expiry
from threadcast.adapters.json_documents import timestamp, to_document
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.errors import AlreadyOpened, ClaimLost, StaleRead
from threadcast.ports import Claim, Opening, UnfinishedTurn

__all__ = ["DynamoTurnStore"]

_FINISHED = "REMOVE gsi1pk, gsi1sk"
"""Removes a message from the index of unfinished turns."""


class DynamoTurnStore:
    """A `TurnStore`; request keys that have expired by `now()` can be used again."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key in one transaction."""
        now = self._now()
        try:
            self._table.transact(
                opening_writes.request(opening, now),  # position 0 in `ConditionFailed.failed`
                opening_writes.chat(opening),
                opening_writes.message(opening),
                opening_writes.quota(opening, now),
            )
        except ConditionFailed as error:
            earlier = error.failed.get(0)
            if earlier is None:
                raise StaleRead from error
            found = plain_item(earlier)
            raise AlreadyOpened(found["chat_id"], found["message_id"], found.get("fingerprint")) from error
        except WriteConflict as error:
            # Concurrent openings of this chat or user succeeded, so the state that was read is out of date.
            raise StaleRead from error

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Claim a turn; raises `ClaimLost` if it is claimed already or has ended."""
        lease = timestamp(lease_until)
        take = update(
            keys.chat(claim.chat_id),
            "SET running_turn.claim = :token, running_turn.lease_until = :lease_until",
            condition="running_turn.message_id = :message_id AND attribute_not_exists(running_turn.claim)",
            expression_values={"token": claim.token, "lease_until": lease, "message_id": claim.message_id},
        )
        try:
            self._table.write(take)
        except ConditionFailed as error:
            # The SDK repeats a call whose response was lost, and the repetition finds this claim written.
            turn = plain_item(error.failed[0]).get("running_turn", {})
            made = (claim.message_id, claim.token, lease)
            if (turn.get("message_id"), turn.get("claim"), turn.get("lease_until")) != made:
                raise ClaimLost(claim.message_id) from error

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew both leases, and store the message so far; None leaves the stored message unchanged."""
        message_write = () if message is None else (_message(message),)
        with fenced(claim.message_id):
            self._table.transact(
                _renewal(claim, lease_until), *message_write, _quota_renewal(claim, lease_until, self._now())
            )

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's title and file; release the quota."""
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

    def hold_place(self, claim: Claim, until: datetime) -> None:
        """Store a lease for a turn that has ended."""
        self._table.write(_quota_renewal(claim, until, self._now()))

    def release_place(self, claim: Claim) -> None:
        """Delete the turn's lease."""
        self._table.write(_quota_release(claim, self._now()))

    def record_delivery(
        self, message: Message, untold: Collection[str], *, sent: bool, deliverer: str | None = None
    ) -> None:
        """Record the terminal frame's delivery; raises `ClaimLost` if it is not this process's to record."""
        changes = ["untold = :untold"]
        condition = "message_id = :message_id AND attribute_exists(outcome)"
        values: dict[str, Any] = {"untold": sorted(untold), "message_id": message.id}
        if deliverer is not None:
            changes.append("deliverer = :deliverer")
            condition += " AND (attribute_not_exists(deliverer) OR deliverer IN (:deliverer, :former))"
            values |= {"deliverer": deliverer, "former": message.deliverer or deliverer}
        if sent:
            changes.append("outcome_sent = :true")
            values["true"] = True
        record = update(
            keys.message(message.chat_id, message.number),
            f"SET {', '.join(changes)} {_FINISHED if sent else ''}".rstrip(),
            condition=condition,
            expression_values=values,
        )
        with fenced(message.id):
            self._table.write(record)

    def unfinished(self, opened_before: datetime) -> Iterator[UnfinishedTurn]:
        """Yield the unfinished turns that were opened before a time, in the order of each index partition."""
        for partition in keys.UNFINISHED:
            for key in self._table.query_index(partition, before=epoch_s(opened_before)):
                if (number := keys.message_number(key.sk)) is not None:
                    yield UnfinishedTurn(key.pk.removeprefix(keys.CHAT), number)

    def expire_replaced(self, chat: Chat, expires_at: datetime) -> int:
        """Have the messages of the chat's newest removed range deleted by TTL; return how many were not.

        They are read backward up to the first that has an expiry, and written forward: what an interrupted
        call has left out, the next one finds.
        """
        numbers = list(self._kept_for_ever(chat))
        for number in reversed(numbers):
            expire = update(
                keys.message(chat.id, number),
                "SET expires_at = :expires_at",
                condition="attribute_exists(pk)",
                expression_values={"expires_at": int(expires_at.timestamp())},
            )
            self._table.write(expire)
        return len(numbers)

    def _kept_for_ever(self, chat: Chat) -> Iterator[int]:
        if not chat.removed:
            return
        first, last = (keys.message(chat.id, number) for number in astuple(chat.removed[-1]))
        for values in self._table.query(
            first.pk, (first.sk, last.sk), newest_first=True, page_items=4, page_growth=4
        ):
            number = keys.message_number(values["sk"])
            if number is None or "expires_at" in values:
                return
            yield number

    def remove_unfinished(self, turn: UnfinishedTurn) -> None:
        """Remove a turn from the index."""
        key = keys.message(turn.chat_id, turn.number)
        self._table.write(update(key, _FINISHED, condition="attribute_exists(pk)", expression_values={}))


def _ownership(claim: Claim) -> str:
    """Return the condition that the claim holds the turn; without a token, that the turn is unclaimed."""
    held = "attribute_not_exists(running_turn.claim)"
    if claim.token is not None:
        held = "running_turn.claim = :token"
    return f"running_turn.message_id = :message_id AND {held}"


def _renewal(claim: Claim, lease_until: datetime) -> Write:
    return update(
        keys.chat(claim.chat_id),
        "SET running_turn.lease_until = :lease_until",
        condition=_ownership(claim),
        expression_values={
            "lease_until": timestamp(lease_until),
            "message_id": claim.message_id,
            "token": claim.token,
        },
    )


def _message(message: Message) -> Write:
    # No condition: the chat's write, in the same transaction, requires the claim on an undecided turn.
    return put(keys.message(message.chat_id, message.number), message_values(message))


def _ending(claim: Claim, chat: Chat, lease_expired_at: datetime | None) -> Write:
    condition = _ownership(claim)
    if lease_expired_at is not None:
        condition += " AND running_turn.lease_until <= :expired_at"
    settings = [
        "title = if_not_exists(own_title, :title)",
        "updated_at = :at",
        "gsi1sk = :at",
        "version = version + :one",
    ]
    removals = ["running_turn"]
    file = {"most_recent_file": chat.most_recent_file, "most_recent_version": chat.most_recent_version}
    for name, value in file.items():
        if value is None:
            removals.append(name)
        else:
            settings.append(f"{name} = :{name}")
    return update(
        keys.chat(claim.chat_id),
        update_expression(settings, removals),
        condition=condition,
        expression_values={
            "title": chat.title,
            "at": timestamp(chat.updated_at),
            "one": 1,
            **{name: to_document(value) for name, value in file.items()},
            "message_id": claim.message_id,
            "token": claim.token,
            "expired_at": None if lease_expired_at is None else timestamp(lease_expired_at),
        },
    )


# A lease has an attribute of its own: a document path into a map would fail after the item was deleted.


def _quota_renewal(claim: Claim, lease_until: datetime, now: datetime) -> Write:
    return update(
        keys.rate(claim.user_id),
        "SET #lease = :lease_until, expires_at = :expires_at",
        expression_values={
            "lease_until": timestamp(lease_until),
            "expires_at": expiry(now, QUOTA_LIFETIME_S),
        },
        expression_names={"lease": keys.LEASE + claim.message_id},
    )


def _quota_release(claim: Claim, now: datetime) -> Write:
    return update(
        keys.rate(claim.user_id),
        "SET expires_at = :expires_at REMOVE #lease",
        expression_values={"expires_at": expiry(now, QUOTA_LIFETIME_S)},
        expression_names={"lease": keys.LEASE + claim.message_id},
    )
