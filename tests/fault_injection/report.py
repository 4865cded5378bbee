"""What came of a chaos run, in figures; exceptions to the law are told whole."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import quantiles
from typing import Any

from tests.fault_injection.invariants import Verdict
from tests.fault_injection.records import Asked
from tests.fault_injection.scenarios import Timings

__all__ = ["Report"]


class Report:
    """Grows while the run lasts; `exceptions` must be empty at its end."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.turns = 0
        self.timings = Timings()
        self.exceptions: list[str] = []
        self._totals: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._endings: Counter[str] = Counter()
        self._acts: Counter[str] = Counter()
        self._weather: Counter[str] = Counter()
        self._took_s = 0.0

    def add(self, verdicts: Sequence[tuple[Asked, Verdict]], logs: Callable[[], str]) -> None:
        """Count some turns; what the logs say of one that broke the law is told with it."""
        for asked, verdict in verdicts:
            self.turns += 1
            self._kinds[asked.kind] += 1
            self._endings[verdict.ending] += 1
            self._acts.update(asked.acts)
            for name in ("listeners", "terminals", "repeats", "retold", "folds"):
                self._totals[name] += getattr(verdict, name)
            story = f"{asked.kind} {asked.request_id} ({', '.join(asked.acts) or 'undisturbed'})"
            self.exceptions += [f"{story}: {exception}" for exception in verdict.exceptions]
            if verdict.exceptions:
                names = _names(asked)
                self.exceptions += [f"  {verdict.ending} {names}", *_logged(names, logs)]

    def add_disorders(self, disorders: Sequence[tuple[str, str]], logs: Callable[[], str]) -> None:
        """Tell of ends that a tab heard too late, with what the logs say of their chats."""
        for chat_id, story in disorders:
            self.exceptions += [story, *_logged([chat_id], logs)]

    def add_weather(self, armed: Counter[str], took_s: float) -> None:
        """Count what went wrong in a round."""
        self._weather.update(armed)
        self._took_s += took_s

    def add_leftovers(self, items: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        """Look for turns that are still open in a table where nothing runs any more."""
        for (pk, sk), item in items.items():
            if sk == "CHAT" and "running_turn" in item:
                self.exceptions.append(f"{pk} still has a running turn")
            if sk == "RATE" and any(name.startswith("lease#") for name in item):
                self._totals["leases left to lapse"] += 1

    def __str__(self) -> str:
        totals = self._totals
        lines = [
            f"seed {self.seed}: {self.turns} turns in {self._took_s:.0f} s",
            f"  asked       {_counted(self._kinds)}",
            f"  meanwhile   {_counted(self._acts)}",
            f"  weather     {_counted(self._weather)}",
            f"  endings     {_counted(self._endings)}",
            f"  last frames {totals['terminals']}, for {totals['listeners']} connections that had to hear it",
            f"  repeats     {totals['repeats']} identical; {totals['retold']} told again when asked again",
            f"  final state {totals['folds']} folds held against complete, or the chat as it is got",
            f"  quota       leases left to lapse {totals['leases left to lapse']}",
            f"  catch-up    {_spread(self.timings.catch_ups_s)}",
            f"  stop        {_spread(self.timings.stops_s)}",
            f"  exceptions  {len(self.exceptions)}",
        ]
        return "\n".join([*lines, *(f"    {exception}" for exception in self.exceptions)])


def _logged(names: Sequence[str], logs: Callable[[], str]) -> list[str]:
    return [f"  log: {line}" for line in logs().splitlines() if any(name in line for name in names)]


def _names(asked: Asked) -> list[str]:
    """What the logs may call a turn, and the errors that were told of it."""
    errors = (frame["error"] or {} for frame in asked.terminals())
    names = [asked.message_id, asked.chat_id, *(error.get("reference_id") for error in errors)]
    return [name for name in dict.fromkeys(names) if name]


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"{len(seconds)} measured"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{len(seconds)} measured: median {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, max {max(seconds):.2f} s"
