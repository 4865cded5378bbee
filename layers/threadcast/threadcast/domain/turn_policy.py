"""The times and sizes that bound every turn."""

from dataclasses import dataclass

__all__ = ["TurnPolicy"]


@dataclass(frozen=True, slots=True)
class TurnPolicy:
    """Times are in seconds, sizes in bytes.

    `start_lease_s` is the lease of a turn that waits for its runner: longer than the 60 s for which Lambda
    retries its start. `lease_s` is a runner's lease, renewed at each checkpoint; it absorbs clock skew, so it
    is never under 15. `grace_s` is how long a runner works without any connection, `terminal_s` how long it
    delivers a terminal frame. `reserve_s` is what a runner keeps of its time limit for ending its turn.
    `opening_push_s` and `closing_push_s` bound the delivery of the first and of the terminal frame on a
    request's path, `replace_wait_s` the wait of a new turn for the former one. `give_up_s` is how
    long after the decision a terminal frame is delivered at least. `store_timeout_s` is how long a call is
    retried while the store is unavailable, `failure_handler_timeout_s` the same in the failure
    handler, and `gateway_timeout_s` how long a reply is retried while the gateway accepts no connections.
    `opening_reserve_s` is what a request must have left of its time limit to open a turn: the time to write
    it, to deliver its first frame and to start its runner, with each SDK call at its time limit.
    `sweep_reserve_s` is what a sweep must have left of its time limit to close one more turn.
    `history_bytes` is how much of a chat is read: more than fits in a frame. `replaced_kept_days` is for how
    many days a replaced message stays stored. `place_free_s` is how long a runner that delivers the end of a
    turn does not count as running.
    """

    lease_s: float = 20
    start_lease_s: float = 90
    checkpoint_s: float = 5
    poll_s: float = 1
    grace_s: float = 120
    terminal_s: float = 120
    place_free_s: float = 0.5
    reserve_s: float = 10
    opening_push_s: float = 1
    closing_push_s: float = 10
    give_up_s: float = 180
    replace_wait_s: float = 3
    store_timeout_s: float = 15
    failure_handler_timeout_s: float = 40
    gateway_timeout_s: float = 8
    opening_reserve_s: float = 12
    sweep_reserve_s: float = 35
    max_message_bytes: int = 65_536
    history_bytes: int = 262_144
    replaced_kept_days: int = 30
