"""Any sequence of calls has the same results and state in the stores in memory and in DynamoDB."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.contracts.stores import (
    ALICE,
    AS_ALICE,
    AS_BOB,
    BOB,
    Stores,
    a_chat,
    a_message,
    answered,
    chat_in,
    dynamo_stores,
    memory_stores,
    quota_in,
)
from threadcast.domain.access import Grant, Role
from threadcast.domain.chat import RemovedRange, RunningTurn
from threadcast.domain.message import Message, Outcome
from threadcast.errors import StoreError
from threadcast.ports import Claim, Connection, Opening

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHATS = st.sampled_from(["c-1", "c-2"])
USERS = st.sampled_from([ALICE, BOB])
TOKENS = st.sampled_from(["runner-1", "runner-2"])
KEYS = st.sampled_from([f"k-{number}" for number in range(1, 16)])
SECONDS = st.integers(0, 40)
UNSHRUNK = [Phase.generate]  # to shrink a history takes minutes; drop this where one fails
RARELY = st.sampled_from([False, False, False, True])


class StoresAgree(RuleBasedStateMachine):
    """Makes each call on both; arguments come from the state in memory, so that most calls are valid."""

    dynamodb: ClassVar["DynamoDBClient"]

    @initialize()
    def begin(self) -> None:
        self.memory = memory_stores()
        self.dynamo = dynamo_stores(self.dynamodb)

    def teardown(self) -> None:
        self.everything_that_can_be_read_is_alike()

    @rule(
        chat_id=CHATS, user=USERS, key=KEYS, stale_chat=RARELY, stale_quota=RARELY, prompt=st.booleans(),
        replaced=st.integers(0, 3), lease_s=SECONDS,
    )  # fmt: skip
    def open(
        self, *, chat_id: str, user: Any, key: str, stale_chat: bool, stale_quota: bool, prompt: bool,
        replaced: int, lease_s: int,
    ) -> None:  # fmt: skip
        former, quota, now = chat_in(self.memory, chat_id), quota_in(self.memory, user.id), self._now
        chat = former or a_chat(chat_id, owner=user, version=0)
        number = chat.next_message_number
        message = self._message(chat_id, number, prompt="Why?" if prompt else None)
        lease_until = now + timedelta(seconds=lease_s)
        removed = (RemovedRange(max(1, number - replaced), number - 1),) if replaced and number > 1 else ()
        chat = replace(
            chat,
            updated_at=now,
            next_message_number=number + 1,
            removed=chat.removed + removed,
            running_turn=RunningTurn(message.id, user.id, lease_until) if prompt else None,
            version=max(1, chat.version + (0 if stale_chat else 1)),
        )
        quota = replace(
            quota,
            tokens=quota.tokens - 0.1,
            running={**quota.running, **({message.id: lease_until} if prompt else {})},
            version=max(1, (quota.version or 0) + (0 if stale_quota else 1)),
        )
        message = message if prompt else answered(message)
        opening = Opening(chat, message, quota, user.id, key)
        self._both(lambda stores: stores.turns.open(opening))

    @rule(chat_id=CHATS, token=TOKENS, lease_s=SECONDS)
    def claim(self, chat_id: str, token: str, lease_s: int) -> None:
        claim = self._claim(chat_id, token)
        self._both(lambda stores: stores.turns.claim(claim, self._now + timedelta(seconds=lease_s)))

    @rule(
        chat_id=CHATS, token=TOKENS, text=st.sampled_from([None, "So far", "So good " * 300]), lease_s=SECONDS
    )
    def checkpoint(self, chat_id: str, token: str, text: str | None, lease_s: int) -> None:
        claim, message = self._claim(chat_id, token), self._newest(chat_id)
        said = None if text is None else answered(message, text, outcome=None)
        lease_until = self._now + timedelta(seconds=lease_s)
        self._both(lambda stores: stores.turns.checkpoint(claim, said, lease_until))

    @rule(
        chat_id=CHATS, token=TOKENS | st.none(), title=st.sampled_from(["A", "B"]), take_over=st.booleans(),
        kind=st.sampled_from(["completed", "stopped", "failed"]),
    )  # fmt: skip
    def decide(self, *, chat_id: str, token: str | None, title: str, take_over: bool, kind: Any) -> None:
        claim = self._claim(chat_id, token)
        chat = replace(chat_in(self.memory, chat_id) or a_chat(chat_id), title=title, updated_at=self._now)
        message = answered(self._newest(chat_id), "All", outcome=Outcome(kind))
        expired_at = self._now if take_over else None
        self._both(lambda stores: stores.turns.decide(claim, chat, message, lease_expired_at=expired_at))

    @rule(
        chat_id=CHATS,
        number=st.integers(1, 3),
        untold=st.sampled_from([(), ("connection-1",)]),
        sent=st.booleans(),
    )
    def record_delivery(self, *, chat_id: str, number: int, untold: tuple[str, ...], sent: bool) -> None:
        message = self._message(chat_id, number)
        self._both(lambda stores: stores.turns.record_delivery(message, untold, sent=sent))

    @rule(chat_id=CHATS, number=st.integers(1, 3))
    def request_stop(self, chat_id: str, number: int) -> None:
        self._both(lambda stores: stores.chats.request_stop(chat_id, self._message(chat_id, number).id))

    @rule(chat_id=CHATS, role=st.sampled_from(Role), principal=st.sampled_from([*AS_ALICE, *AS_BOB]))
    def share(self, chat_id: str, role: Role, principal: Any) -> None:
        self._both(lambda stores: stores.edits.grant(chat_id, Grant(principal, role), self._now))

    @rule(user=USERS, name=st.sampled_from(["x=", "y="]))
    def connect(self, user: Any, name: str) -> None:
        connection = Connection(name, user.id, "https://api.test", self._now)
        self._both(lambda stores: stores.connections.add(connection))

    @rule(user=USERS, name=st.sampled_from(["x=", "y="]))
    def disconnect(self, user: Any, name: str) -> None:
        self._both(lambda stores: stores.connections.forget(user.id, name))

    @rule(seconds=st.sampled_from([1, 20, 890, 4_000, 7_900]))
    def wait(self, seconds: int) -> None:
        self.memory.clock.advance(seconds=seconds)
        self.dynamo.clock.advance(seconds=seconds)

    def everything_that_can_be_read_is_alike(self) -> None:
        for user in (ALICE, BOB):
            self._both(lambda stores, user=user: stores.connections.presence(user.id))
        for chat_id in ("c-1", "c-2"):
            for principals, max_bytes in (((), 10_000_000), (AS_ALICE, 700), (AS_BOB, 0)):
                self._both(
                    lambda stores, args=(chat_id, principals), size=max_bytes: stores.chats.load(
                        *args, max_bytes=size
                    )
                )
            self._both(lambda stores, chat_id=chat_id: stores.chats.message(chat_id, f"{chat_id}-m-1"))
        self._both(lambda stores: stores.chats.find_request("k-1", self._now))

    @rule(chat_id=CHATS, principals=st.sampled_from([(), AS_ALICE, AS_BOB]), size=st.integers(0, 2_000))
    def load(self, chat_id: str, principals: Any, size: int) -> None:
        self._both(lambda stores: stores.chats.load(chat_id, principals, max_bytes=size))

    @property
    def _now(self) -> Any:
        return self.memory.clock.now()

    def _message(self, chat_id: str, number: int, **changes: Any) -> Message:
        return a_message(number, chat_id, **{"id": f"{chat_id}-m-{number}", **changes})

    def _newest(self, chat_id: str) -> Message:
        chat = chat_in(self.memory, chat_id)
        return self._message(chat_id, 1 if chat is None else chat.next_message_number - 1)

    def _claim(self, chat_id: str, token: str | None) -> Claim:
        chat, message = chat_in(self.memory, chat_id), self._newest(chat_id)
        running = None if chat is None else chat.running_turn
        return Claim(chat_id, message.id, ALICE.id if running is None else running.user_id, token)

    def _both(self, act: Callable[[Stores], Any]) -> None:
        assert _result(act, self.memory) == _result(act, self.dynamo)


def _result(act: Callable[[Stores], Any], stores: Stores) -> Any:
    try:
        return act(stores)
    except StoreError as error:
        return type(error), error.args


def test_the_stores_agree(dynamodb: "DynamoDBClient") -> None:
    StoresAgree.dynamodb = dynamodb

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        StoresAgree,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, derandomize=True, phases=UNSHRUNK
        ),
    )
