"""Who is registered in the directory at connect."""

import pytest

from tests.turns.world import WallClock
from threadcast.adapters.memory import MemoryDirectory, MemoryTable
from threadcast.domain.user import User
from threadcast.errors import StoreUnavailable
from threadcast.turns.connections import register_email

VERIFIED = User("u-1", "Zoe", "zoe@acme.com", "acme", has_verified_email=True)


@pytest.mark.parametrize(
    ("user", "is_registered"),
    [
        (VERIFIED, True),
        (User("u-1", "Zoe", "zoe@acme.com", "acme"), False),
        (User("u-1", "Zoe", "", "acme", has_verified_email=True), False),
        (User("u-1", "Zoe", "zoe@acme.com", has_verified_email=True), False),
    ],
)
def test_only_verified_addresses_of_an_organisation_are_registered(
    user: User, *, is_registered: bool
) -> None:
    table, clock = MemoryTable(), WallClock()

    register_email(user, MemoryDirectory(table, clock.now), clock.now())

    assert (("acme", "zoe@acme.com") in table.directory) is is_registered


def test_a_store_that_is_unavailable_refuses_no_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = WallClock()

    def unavailable(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(MemoryDirectory, "register", unavailable)

    register_email(VERIFIED, MemoryDirectory(MemoryTable(), clock.now), clock.now())
