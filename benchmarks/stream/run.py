"""Measures the stream against a sender that posts every token: `python benchmarks/stream/run.py`.

Prints tables: lag of the last token and posts by rate, post latency and connections; CPU; money. Goals, from
the issue that the stream was built for: lag at the median at most D + 15 ms, at most 2 D + 15 ms; 20 posts a
second and connection; 0.10 ms CPU per token and connection at 400 tokens/s.
"""

import argparse
import os
import platform
import statistics

from money import money
from pushers import SleepingPusher, posting_to_a_server
from senders import Measured, connections, pacing_cpu_s, post_every_token, stream, word

from threadcast.delivery.stream_policy import StreamPolicy

RATES_PER_S = (50, 150, 400)
LATENCIES_MS = (5, 15, 30)
CONNECTIONS = (1, 5, 20)
PHASE_S = 0.05
PROMPT_FRAMES = 3
"""Frames that are sent at once at any pace: the first token, the whole answer, and `complete`."""


def main() -> None:
    """Run everything, which takes a few minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of tokens in each run")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    lag_table(options.repeats, options.seconds)
    cpu_table(options.seconds)
    money()


def lag_table(repeats: int, seconds: float) -> None:
    """Print the lag of the last token in ms on every connection: from the agent to the end of its post."""
    print(
        "tokens/s   D ms conns   lag: median     max     goal  posts/s/conn   every token: lag  posts/s/conn"
    )
    for rate in RATES_PER_S:
        for latency_ms in LATENCIES_MS:
            tokens = int(rate * seconds)
            pusher = SleepingPusher(latency_ms / 1000)
            plain = post_every_token(tokens, rate, pusher, connections(1))
            (plain_lag,) = lags_ms(pusher, plain, tokens)
            plain_row = f"{plain_lag:18.0f} {tokens / plain.took_s:13.1f}"
            for count in CONNECTIONS:
                figures = cell(tokens, rate, latency_ms, count, repeats)
                print(f"{rate:8} {latency_ms:6} {count:5} {figures} {plain_row}")
    print()


def cell(tokens: int, rate: int, latency_ms: int, count: int, repeats: int) -> str:
    """Return one row; runs differ in length, so that the last token falls into every phase of a post."""
    lags, posts_per_s = [], []
    for repeat in range(repeats):
        pusher = SleepingPusher(latency_ms / 1000)
        said = tokens + repeat * max(1, round(rate * PHASE_S / repeats))
        measured = stream(said, rate, pusher, connections(count), StreamPolicy())
        lags += lags_ms(pusher, measured, said)
        posts_per_s.append((measured.posts / count - PROMPT_FRAMES) / (said / rate))
    median, most = statistics.median(lags), max(lags)
    kept = "kept" if median <= latency_ms + 15 and most <= 2 * latency_ms + 15 else "MISSED"
    return f"{median:14.1f} {most:7.1f} {kept:>8} {statistics.mean(posts_per_s):13.1f}"


def lags_ms(pusher: SleepingPusher, measured: Measured, tokens: int) -> list[float]:
    """Return the delay of the last token, for each connection."""
    last = word(tokens - 1).encode()
    taken = [next(at for at, frame in posts if last in frame) for posts in pusher.taken.values()]
    return [(at - measured.last_said_s) * 1000 for at in taken]


def cpu_table(seconds: float) -> None:
    """Print this process's CPU time per token and connection; boto3 posts to a server that takes 15 ms.

    The CPU time of the benchmark's own clock (one sleep for each token) is subtracted.
    """
    rate = 400
    tokens = int(rate * seconds)
    own_s = pacing_cpu_s(tokens, rate)
    print(f"{rate} tokens/s, boto3  conns  CPU ms/token/conn   every token   ms/post")
    for count in CONNECTIONS:
        with posting_to_a_server(0.015) as pusher:
            stream(50, rate, pusher, connections(count), StreamPolicy())  # connects and creates the client
            measured = stream(tokens, rate, pusher, connections(count), StreamPolicy())
            plain = post_every_token(tokens, rate, pusher, connections(count))
        ours_ms, plain_ms = ((each.cpu_s - own_s) * 1000 / tokens / count for each in (measured, plain))
        per_post_ms = (measured.cpu_s - own_s) * 1000 / measured.posts
        print(f"{count:26} {ours_ms:18.3f} {plain_ms:13.3f} {per_post_ms:9.2f}")
    print()


if __name__ == "__main__":
    main()
