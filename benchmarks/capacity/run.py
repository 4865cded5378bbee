"""Simulates what one account carries: `python benchmarks/capacity/run.py`, a few minutes on one core.

Up to 5,000 concurrent streams share API Gateway's 10,000 requests a second and its burst of 5,000, which
the clients' messages use too. Time is simulated, log and outbox are the real ones. An answer has 30 to 80
tokens a second for 8 to 16 s (uniformly distributed); a post takes 15 ms at the median and 48 ms at the 99th
percentile (log-normal). Three senders: Threadcast; the same with a gap of 50 ms that a 429 does not widen;
one that posts every token by itself and repeats it at once after a 429. The last one is measured for 10 s
instead of 30 s, since its lag only grows.

`lag` is the time of a token from the agent to the end of its post, of the tokens that were delivered; `end`
the time from the end of the answer to the end of the terminal frame's post. `lost` are frames that had not
arrived two minutes after the last answer had ended. The plain sender is not given that time: `-`.

The second table is one user with three turns at the same time, on one to twenty connections, with the budget
that the connections of a turn share and without one.
"""

import argparse
import gc
import platform
import time
from collections.abc import Sequence

from tests.delivery.account_simulation import Load, MakeTurn, OutboxTurn, PlainTurn, Results, simulate
from threadcast.delivery.stream_policy import StreamPolicy

STREAMS = (100, 1_000, 2_000, 5_000)
MEASURED_S = 30.0
PLAIN_S = 10.0
ONE_USER_S = 10.0
FIXED_GAP = StreamPolicy(max_gap_s=0.0, backoff_cap_s=2.0)
CONNECTIONS = (1, 2, 3, 5, 10, 20)
TURNS = 3
WITHOUT_BUDGET = StreamPolicy(texts_per_s=float("inf"))


def main() -> None:
    """Print a table row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=STREAMS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, seed {options.seed}\n")
    print(
        "streams  sender        posts/s  attempts/post  lag: median    p99  end: median    p99   Jain  lost"
    )
    gc.disable()  # a fifth of the time; the simulation makes no cycles that grow
    began_cpu_s = time.process_time()
    table(options.streams, options.seed)
    one_user(options.seed)
    print(f"\nCPU {time.process_time() - began_cpu_s:.0f} s")


def table(streams: Sequence[int], seed: int) -> None:
    """Print the results of each sender with so many streams."""
    for number in streams:
        row("threadcast", Load(number, measured_s=MEASURED_S), OutboxTurn, StreamPolicy(), seed)
        row("fixed gap", Load(number, measured_s=MEASURED_S), OutboxTurn, FIXED_GAP, seed)
        row("every token", Load(number, measured_s=PLAIN_S), PlainTurn, StreamPolicy(), seed)


def one_user(seed: int) -> None:
    """Print what three turns of one user take of the account, by the number of the user's connections."""
    print("\nconnections  budget   posts/s  lag: median    p99  end: median    p99")
    for connections in CONNECTIONS:
        for name, policy in (("none", WITHOUT_BUDGET), ("shared", StreamPolicy())):
            load = Load(TURNS * connections, connections=connections, measured_s=ONE_USER_S)
            found = simulate(load, OutboxTurn, policy, seed=seed)
            print(
                f"{connections:11}  {name:6} {found.posts_per_s:9,.0f}"
                f" {seconds(found.lag_s(0.5)):>12} {seconds(found.lag_s(0.99)):>6}"
                f" {seconds(found.ending_s(0.5)):>12} {seconds(found.ending_s(0.99)):>6}"
            )


def row(name: str, load: Load, make_turn: MakeTurn, policy: StreamPolicy, seed: int) -> None:
    """Print one sender's results, in seconds."""
    is_plain = make_turn is PlainTurn
    results = simulate(load, make_turn, policy, seed=seed, rest_s=0.0 if is_plain else 120.0)
    print(
        f"{load.streams:7}  {name:12} {results.posts_per_s:8,.0f} {results.attempts_per_accepted:14.2f}"
        f" {seconds(results.lag_s(0.5)):>12} {seconds(results.lag_s(0.99)):>6}"
        f" {seconds(results.ending_s(0.5)):>12} {seconds(results.ending_s(0.99)):>6}"
        f" {results.fairness:6.3f} {lost(results, is_plain=is_plain):>5}",
        flush=True,
    )


def seconds(value: float) -> str:
    """Return a time as text, `-` where most turns did not come to it."""
    return f"{value:.2f}" if value < float("inf") else "-"


def lost(results: Results, *, is_plain: bool) -> str:
    """Return the number of lost frames as text."""
    return "-" if is_plain else str(results.lost)


if __name__ == "__main__":
    main()
