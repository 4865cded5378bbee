"""The short form of the soak; `python -m tests.local_gateway.soak 180 300` is the long one."""

from local_gateway import Gateway
from tests.local_gateway.soak import soak


def test_clients_that_crash_functions_and_abort_leave_no_resources_behind(behaviour: Gateway) -> None:
    seen = soak(behaviour, seconds=3, clients=15)

    assert seen["connected"] > 20
    assert seen["echo"] > 50
