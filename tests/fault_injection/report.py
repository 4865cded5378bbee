"""The result of a fault-injection run: counts, durations, and every violation with its log lines."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import quantiles
from typing import Any

from tests.fault_injection.invariants import TurnCheck
from tests.fault_injection.records import RequestedTurn
from tests.fault_injection.scenarios import Timings

__all__ = ["Report"]


class Report:
    """Collects results during the run. A run passes if `violations` is empty at its end."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.turns = 0
        self.timings = Timings()
        self.violations: list[str] = []
        self._totals: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._acts: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._took_s = 0.0

    def add(self, checks: Sequence[tuple[RequestedTurn, TurnCheck]], logs: Callable[[], str]) -> None:
        """Count some turns; a violation is kept with the log lines of its turn."""
        for turn, check in checks:
            self.turns += 1
            self._kinds[turn.kind] += 1
            self._outcomes[check.outcome] += 1
            self._acts.update(turn.acts)
            for name in ("required", "terminals", "repeats", "replays", "folds"):
                self._totals[name] += getattr(check, name)
            title = f"{turn.kind} {turn.request_id} ({', '.join(turn.acts) or 'no acts'})"
            self.violations += [f"{title}: {violation}" for violation in check.violations]
            if check.violations:
                names = _names(turn)
                self.violations += [f"  {check.outcome} {names}", *_logged(names, logs)]

    def add_out_of_order_ends(self, ends: Sequence[tuple[str, str]], logs: Callable[[], str]) -> None:
        """Keep ends that arrived too late, by chat id, with the log lines of their chats."""
        for chat_id, description in ends:
            self.violations += [description, *_logged([chat_id], logs)]

    def add_faults(self, armed: Counter[str], took_s: float) -> None:
        """Count the faults and the duration of one round."""
        self._faults.update(armed)
        self._took_s += took_s

    def add_leftovers(self, items: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        """Look for turns that are still open in a table after all turns have ended."""
        for (pk, sk), item in items.items():
            if sk == "CHAT" and "running_turn" in item:
                self.violations.append(f"{pk} still has a running turn")
            if sk == "RATE" and any(name.startswith("lease#") for name in item):
                self._totals["unexpired leases"] += 1

    def __str__(self) -> str:
        totals = self._totals
        lines = [
            f"seed {self.seed}: {self.turns} turns in {self._took_s:.0f} s",
            f"  requests        {_counted(self._kinds)}",
            f"  user acts       {_counted(self._acts)}",
            f"  faults          {_counted(self._faults)}",
            f"  outcomes        {_counted(self._outcomes)}",
            f"  terminal frames {totals['terminals']}, required on {totals['required']} connections",
            f"  repeats         {totals['repeats']} identical; {totals['replays']} for duplicate requests",
            f"  final state     {totals['folds']} folds compared with complete, or with the stored chat",
            f"  quota           {totals['unexpired leases']} leases left to expire",
            f"  catch-up        {_spread(self.timings.catch_ups_s)}",
            f"  stop            {_spread(self.timings.stops_s)}",
            f"  violations      {len(self.violations)}",
        ]
        return "\n".join([*lines, *(f"    {violation}" for violation in self.violations)])


def _logged(names: Sequence[str], logs: Callable[[], str]) -> list[str]:
    return [f"  log: {line}" for line in logs().splitlines() if any(name in line for name in names)]


def _names(turn: RequestedTurn) -> list[str]:
    """Return the ids by which the logs may name a turn, reference ids of its errors included."""
    errors = (frame["error"] or {} for frame in turn.terminals())
    names = [turn.message_id, turn.chat_id, *(error.get("reference_id") for error in errors)]
    return [name for name in dict.fromkeys(names) if name]


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"{len(seconds)} measured"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{len(seconds)} measured: median {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, max {max(seconds):.2f} s"
