"""Measures the offline analyst: `python benchmarks/analyst/run.py` prints CPU times by size.

Each row is one prompt about a table with so many distinct values, through the agent's own events: reading,
SQL and wording. The work is counted, too: phrases that were looked up and names that were compared.
"""

import argparse
import statistics
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

from threadcast.domain.asset import Asset, AssetContext, AssetType, Table
from threadcast.domain.user import User
from threadcast.ports import AgentTask
from threadcast_analyst import OfflineAnalyst
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.mentions import Scan
from threadcast_analyst.reading.tables import subjects_of
from threadcast_analyst.reading.words import words_in

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG = 20_000
PROMPTS = {
    "short question": "total revenue for product number 7 of all",
    "misspelt word": "total revenue for prduct number 7 of all",
    "150 words": "product number 7 of all and " * 25,
    "20,000 characters": ("product number 7 of all and " * LONG)[:LONG],
    "one word of 20,000 letters": "x" * LONG,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    print(f"{'prompt':28}{'values':>8}{'CPU ms':>9}{'work':>9}")
    for name, prompt in PROMPTS.items():
        for count in (100, 1_000, 10_000):
            context = _context(count)
            milliseconds = statistics.median(_milliseconds(prompt, context) for _ in range(runs))
            print(f"{name:28}{count:8,}{milliseconds:9.1f}{_work(prompt, context):9,}")


def _context(count: int) -> AssetContext:
    rows = tuple((f"product number {at} of all", at) for at in range(count))
    definition = {"name": "Sales", "chartConfig": {}}
    asset = Asset("0", AssetType.METRIC_FILE, "Sales", definition, "owner", NOON, NOON)
    return AssetContext(asset, Table(("product", "revenue"), rows))


def _milliseconds(prompt: str, context: AssetContext) -> float:
    task = AgentTask(prompt, User("u", "U"), (), context, wants_title=False, stop=threading.Event())
    before = time.process_time()
    for _ in OfflineAnalyst().answer(task):
        pass
    return (time.process_time() - before) * 1_000


def _work(prompt: str, context: AssetContext) -> int:
    (subject,) = subjects_of(context)
    scan = Scan(words_in(prompt), prompt, subject.lexicon, has_time=False)
    with suppress(Declined):
        scan.read()
    return scan.work


if __name__ == "__main__":
    main()
