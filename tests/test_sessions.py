from datetime import UTC, datetime

from threadcast.ports import Connection, Presence
from threadcast.turns.connections import close_session, open_session

CONNECTION = Connection("c-1", "u-1", "https://example.com/prod", datetime(2026, 1, 1, tzinfo=UTC))


class Registry:
    """A connection store in memory."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], Connection] = {}

    def add(self, connection: Connection) -> None:
        self.open[connection.user_id, connection.id] = connection

    def forget(self, user_id: str, connection_id: str) -> None:
        self.open.pop((user_id, connection_id), None)

    def presence(self, user_id: str) -> Presence:
        return Presence(tuple(known for (owner, _), known in self.open.items() if owner == user_id), None)


def test_an_open_connection_is_stored() -> None:
    registry = Registry()

    assert open_session(CONNECTION, (), registry) is None
    assert registry.presence("u-1").connections == (CONNECTION,)


def test_the_subprotocol_is_selected_and_the_token_is_not() -> None:
    assert open_session(CONNECTION, ("bearer", "x.y.z"), Registry()) == "bearer"
    assert open_session(CONNECTION, ("graphql-ws",), Registry()) is None


def test_a_closed_connection_is_deleted_even_if_it_is_closed_twice() -> None:
    registry = Registry()
    open_session(CONNECTION, (), registry)

    close_session(CONNECTION, registry)
    close_session(CONNECTION, registry)

    assert registry.presence("u-1").connections == ()
