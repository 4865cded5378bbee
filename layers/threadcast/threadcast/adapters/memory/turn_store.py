"""`MemoryTurnStore`: the writes of a turn, each atomic and fenced."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from threadcast.adapters.item_lifetimes import expired_leases, expiry, has_expired
from threadcast.adapters.json_documents import dump, pack, to_document
from threadcast.adapters.memory.table import MemoryTable, OpenedRequest
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.errors import AlreadyOpened, ClaimLost, StaleRead
from threadcast.ports import Claim, Opening, RequestRecord, UnfinishedTurn

__all__ = ["MemoryTurnStore"]


class MemoryTurnStore:
    """A `TurnStore`; request keys that have expired by `now()` can be used again."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key atomically."""
        _require_storable(opening.message)
        now = self._now()
        with self._table.lock:
            request = self._table.requests.get(opening.request_key)
            if request is not None and not has_expired(request.expires_at_epoch_s, now):
                raise AlreadyOpened(*request.record)
            if not self._is_up_to_date(opening):
                raise StaleRead
            self._write(opening, now)

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Claim a turn; raises `ClaimLost` if it is claimed already or has ended."""
        with self._table.lock:
            if self._is_claimed_by(claim, lease_until):
                return
            chat, turn = self._running(replace(claim, token=None))
            turn = replace(turn, claim=claim.token, lease_until=lease_until)
            self._table.chats[chat.id] = replace(chat, running_turn=turn)

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew both leases, and store the message so far; None leaves the stored message unchanged."""
        if message is not None:
            _require_storable(message)
        with self._table.lock:
            chat, turn = self._running(claim)
            self._table.chats[chat.id] = replace(chat, running_turn=replace(turn, lease_until=lease_until))
            if message is not None:
                self._table.messages[chat.id][message.number] = message
            self._table.leases.setdefault(claim.user_id, {})[claim.message_id] = lease_until

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's title and file; release the quota."""
        _require_storable(message)
        with self._table.lock:
            stored, turn = self._running(claim)
            if lease_expired_at is not None and turn.lease_until > lease_expired_at:
                raise ClaimLost(claim.message_id)
            if self._table.messages[stored.id][message.number].outcome is not None:
                raise ClaimLost(claim.message_id)
            self._table.chats[stored.id] = replace(
                stored,
                title=stored.own_title or chat.title,
                most_recent_file=chat.most_recent_file,
                most_recent_version=chat.most_recent_version,
                updated_at=chat.updated_at,
                running_turn=None,
                version=stored.version + 1,
            )
            self._table.messages[stored.id][message.number] = message
            self._table.leases.get(claim.user_id, {}).pop(claim.message_id, None)

    def hold_place(self, claim: Claim, until: datetime) -> None:
        """Store a lease for a turn that has ended."""
        with self._table.lock:
            self._table.leases.setdefault(claim.user_id, {})[claim.message_id] = until

    def release_place(self, claim: Claim) -> None:
        """Delete the turn's lease."""
        with self._table.lock:
            self._table.leases.get(claim.user_id, {}).pop(claim.message_id, None)

    def record_delivery(
        self, message: Message, untold: Collection[str], *, sent: bool, deliverer: str | None = None
    ) -> None:
        """Record the terminal frame's delivery; raises `ClaimLost` if the message has no outcome."""
        with self._table.lock:
            stored = self._table.messages.get(message.chat_id, {}).get(message.number)
            if stored is None or stored.id != message.id or stored.outcome is None:
                raise ClaimLost(message.id)
            if deliverer is not None and stored.deliverer not in {None, deliverer, message.deliverer}:
                raise ClaimLost(message.id)
            self._table.messages[message.chat_id][message.number] = replace(
                stored,
                outcome_sent=stored.outcome_sent or sent,
                untold=tuple(sorted(untold)),
                deliverer=deliverer or stored.deliverer,
            )

    def unfinished(self, opened_before: datetime) -> Iterable[UnfinishedTurn]:
        """Return the unfinished turns that were opened before a time."""
        with self._table.lock:
            messages = [message for chat in self._table.messages.values() for message in chat.values()]
        return [
            UnfinishedTurn(message.chat_id, message.number)
            for message in messages
            if not message.outcome_sent and message.created_at < opened_before
        ]

    def expire_replaced(self, chat: Chat, expires_at: datetime) -> int:
        """Record an expiry for the messages of the chat's newest removed range that have none."""
        removed = chat.removed[-1:]
        with self._table.lock:
            kept = [
                (chat.id, number)
                for number in self._table.messages.get(chat.id, {})
                if any(each.first <= number <= each.last for each in removed)
                and (chat.id, number) not in self._table.expiries
            ]
            self._table.expiries.update(dict.fromkeys(kept, expires_at))
        return len(kept)

    def remove_unfinished(self, turn: UnfinishedTurn) -> None:
        """Remove a turn from the unfinished ones."""
        with self._table.lock:
            messages = self._table.messages[turn.chat_id]
            messages[turn.number] = replace(messages[turn.number], outcome_sent=True)

    def _is_up_to_date(self, opening: Opening) -> bool:
        chat, quota = self._table.chats.get(opening.chat.id), self._table.quotas.get(opening.user_id)
        if opening.message.number in self._table.messages.get(opening.chat.id, {}):
            return False
        if (1 if quota is None else (quota.version or 0) + 1) != opening.quota.version:
            return False
        if chat is None:
            return opening.chat.version == 1
        return chat.version + 1 == opening.chat.version and chat.running_turn is None

    def _write(self, opening: Opening, now: datetime) -> None:
        chat, message, user_id = opening.chat, opening.message, opening.user_id
        self._table.chats[chat.id] = chat
        self._table.messages.setdefault(chat.id, {})[message.number] = message
        self._table.quotas[user_id] = replace(opening.quota, running={})
        leases = self._table.leases.setdefault(user_id, {})
        for message_id in expired_leases(opening, now):
            leases.pop(message_id, None)
        if message.id in opening.quota.running:
            leases[message.id] = opening.quota.running[message.id]
        self._table.requests[opening.request_key] = OpenedRequest(
            RequestRecord(chat.id, message.id, opening.fingerprint), expiry(now, opening.request_ttl_s)
        )

    def _is_claimed_by(self, claim: Claim, lease_until: datetime) -> bool:
        """Return whether this claim is stored already, so that the call is a repetition."""
        chat = self._table.chats.get(claim.chat_id)
        turn = None if chat is None else chat.running_turn
        made = (claim.message_id, claim.token, lease_until)
        return turn is not None and (turn.message_id, turn.claim, turn.lease_until) == made

    def _running(self, claim: Claim) -> tuple[Chat, RunningTurn]:
        """Return the chat and its turn, if the claim holds the turn; raises `ClaimLost`."""
        chat = self._table.chats.get(claim.chat_id)
        turn = None if chat is None else chat.running_turn
        if chat is None or turn is None or (turn.message_id, turn.claim) != (claim.message_id, claim.token):
            raise ClaimLost(claim.message_id)
        return chat, turn


def _require_storable(message: Message) -> None:
    pack(dump(to_document(message)))
