"""Tables and questions made at random, each question with what pandas finds for it.

Hypothesis makes the tables; the questions about one come from a `Random` that it seeds, many to a table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from random import Random
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from tests.contracts.stores import NOON
from threadcast.assets.columns.dates import MONTHS, Grain, Period, period_of
from threadcast.domain.asset import Asset, AssetContext, AssetType, Table

__all__ = ["TODAY", "Asked", "World", "asked_of", "worlds"]

TODAY = date(2013, 2, 10)
NAMES = [
    "East",
    "Far East",
    "West",
    "north",
    "Home Chair",
    "Lamp",
    "lamp",
    "Garden",
    "Home Office",
    "Zürich",
    "C++",
    "South-West",
    "Shelf",
    "Oslo",
]
NAMES += ["A", "B", "the", "from", "Home", "Total", "May", "O'Neil", "2012", "Year", "Last", "Unit", "Share"]
PLAIN = 14
"""So many names first that are no word of a question."""
DIMENSIONS = ["region", "product", "sales channel"]
MEASURES: dict[str, dict[str, str]] = {
    "revenue": {"style": "currency", "currency": "EUR"},
    "units": {},
    "unit price": {"style": "currency", "currency": "€", "additivity": "non_additive"},
    "temperature": {"suffix": " °C"},
    "stock": {"additivity": "semi_additive", "suffix": " pieces"},
}
AGGREGATES = {
    "total": ["total {m}", "the sum of {m}", "overall {m}", "{m} in total"],
    "average": ["average {m}", "mean {m}", "the average {m}"],
    "highest": ["highest {m}", "maximum {m}", "largest {m}"],
    "lowest": ["lowest {m}", "minimum {m}", "smallest {m}"],
    "": ["{m}"],
}
OPENINGS = [
    "What was the {q}?", "{q}", "show me {q}", "please give me {q}", "what is the {q}",
    "give me the {q} please", "can you give me the {q}?", "how much was the {q}?",
]  # fmt: skip
WANTED = [" for {v}", " in {v}", " of {d} {v}", ' for "{v}"', " for {l}", " where {d} is {v}"]
LEFT_OUT = [" without {v}", " except {v}", " excluding {v}"]
RELATIONS = [
    ("above", "gt"),
    ("below", "lt"),
    ("at least", "ge"),
    ("at most", "le"),
    ("more than", "gt"),
    ("under", "lt"),
]


@dataclass(frozen=True)
class World:
    """A table as the analyst gets it, and as a data frame; `time` is the grain of its dates."""

    context: AssetContext
    frame: pd.DataFrame
    dimensions: list[str]
    measures: list[str]
    time: Grain | None

    @cached_property
    def names(self) -> dict[str, list[str]]:
        return {
            each: [str(value) for value in self.frame[each].dropna().unique()] for each in self.dimensions
        }

    @cached_property
    def days(self) -> list[date]:
        return sorted({day.date() for day in self.frame["day"].dropna()}) if self.time else []

    @cached_property
    def decimals(self) -> dict[str, int]:
        at = self.context.table.columns.index if self.context.table else None
        assert at is not None
        cells = {each: [row[at(each)] for row in self.context.table.rows] for each in self.measures}  # type: ignore[union-attr]
        digits = {
            name: [str(cell).partition(".")[2] for cell in found if isinstance(cell, float)]
            for name, found in cells.items()
        }
        return {
            name: max((len(each.rstrip("0")) for each in found), default=0) for name, found in digits.items()
        }

    @cached_property
    def labels(self) -> dict[Grain, pd.Series]:
        """The period of each row, by grain, as an answer calls it."""
        return (
            {
                grain: self.frame["day"].map(lambda day, g=grain: str(period_of(day.date(), g)))
                for grain in Grain
            }
            if self.time
            else {}
        )


@dataclass
class Asked:
    """Prompts, and what a computed answer must have; `is_none`: there is no right one.

    `ends` are endings of which it must have one, `lines` whole lines, `parts` texts anywhere. `rows` and
    `missing` are what it must have been computed over; None: that is not one number.
    """

    prompts: list[str]
    ends: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    rows: int | None = None
    missing: int | None = None
    is_none: bool = False


@st.composite
def worlds(draw: st.DrawFn) -> World:
    time = draw(st.sampled_from([None, Grain.DAY, Grain.MONTH, Grain.YEAR]))
    dimensions = draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True))
    measures = draw(st.lists(st.sampled_from(list(MEASURES)), min_size=1, max_size=3, unique=True))
    plain, nasty = draw(st.permutations(NAMES[:PLAIN])), st.sampled_from(["A", *NAMES[PLAIN:]])
    extra = st.lists(nasty, max_size=draw(st.sampled_from([0, 0, 3])), unique=True)
    sizes = [(4 * at, 4 * at + draw(st.integers(1, 4))) for at in range(len(dimensions))]
    pools = [st.sampled_from([*plain[begin:end], *draw(extra), None]) for begin, end in sizes]
    days = st.dates(date(2011, 11, 1), date(2013, 3, 31)).map(
        lambda day: period_of(day, time).first.isoformat()
    )  # type: ignore[arg-type]
    numbers = st.one_of(st.none(), st.integers(-50, 400), st.integers(-20, 3000).map(lambda n: n / 4))
    row = st.tuples(*([days] if time else []), *pools, *(numbers for _ in measures))
    rows = draw(st.lists(row, min_size=draw(st.sampled_from([1, 8])), max_size=16))
    columns = [*(["day"] if time else []), *dimensions, *measures]
    formats: dict[str, Any] = {name: MEASURES[name] for name in measures}
    formats |= {"day": {"columnType": "date"}} if time else {}
    axes = {"x": ["day"] if time else [], "y": measures, "category": dimensions}
    definition = {"name": "Ledger", "chartConfig": {"barAndLineAxis": axes, "columnLabelFormats": formats}}
    asset = Asset(
        "11111111-2222-4333-8444-555555555555", AssetType.METRIC_FILE, "Ledger", definition, "u", NOON, NOON
    )
    frame = pd.DataFrame(rows, columns=columns)
    frame[measures] = frame[measures].apply(pd.to_numeric)
    if time:
        frame["day"] = pd.to_datetime(frame["day"])
    return World(AssetContext(asset, Table(tuple(columns), tuple(rows))), frame, dimensions, measures, time)


def additivity(measure: str) -> str:
    found = MEASURES[measure]
    return found.get("additivity", "non_additive" if "°" in found.get("suffix", "") else "additive")


def own_aggregate(measure: str) -> str:
    return "total" if additivity(measure) == "additive" else "average"


def is_level(measure: str, aggregate: str) -> bool:
    return additivity(measure) == "semi_additive" and aggregate in {"", "total", "average"}


def shown(world: World, measure: str, value: float | None, aggregate: str = "") -> str:
    """A figure as a person expects it: money with cents, else the decimals of the cells; "" if too small."""
    if value is None or pd.isna(value):
        return "no value"
    found, decimals = MEASURES[measure], world.decimals[measure]
    is_average = (aggregate or own_aggregate(measure)) == "average" or is_level(measure, aggregate)
    is_money = "currency" in found
    if is_money:
        decimals = 2 if decimals or is_average else 0
    elif is_average:
        decimals += 1
    text = f"{Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    if "." in text and not is_money:
        text = text.rstrip("0").rstrip(".")
    digits = text.removeprefix("-")
    if not digits.strip("0.,") and round(value, 12):
        return ""
    sign = "-" if text.startswith("-") and digits.strip("0.,") else ""
    currency = {"EUR": "EUR ", "€": "€"}.get(found.get("currency", ""), "")
    return f"{sign}{currency}{digits}{found.get('suffix', '')}"


def figure(rows: pd.DataFrame, measure: str, aggregate: str = "") -> float | None:
    """The figure of some rows, None if none of them has a value."""
    cells = rows[measure].dropna()
    if cells.empty:
        return None
    if is_level(measure, aggregate) and "day" in rows:
        return float(cells.groupby(rows["day"]).sum().mean())
    kind = aggregate or own_aggregate(measure)
    if is_level(measure, aggregate):
        kind = "total"
    return float(
        {"total": cells.sum, "average": cells.mean, "highest": cells.max, "lowest": cells.min}[kind]()
    )


class Questions:
    """Questions about one table; each method makes one of its kind."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random

    def pick(self, *texts: Any) -> Any:
        return self.random.choice(texts)

    def measure(self) -> str:
        return self.pick(*self.world.measures)

    def dimension(self) -> str:
        return self.pick(*self.world.dimensions)

    def key(self) -> tuple[str, str | Grain]:
        grains = [grain for grain in Grain if self.world.time and grain >= self.world.time]
        keys: list[str | Grain] = [*self.world.dimensions, *grains]
        key = self.pick(*keys)
        return (key, key) if isinstance(key, str) else (key.name.lower(), key)

    def period(self) -> tuple[Period, str]:
        """A period that has rows, mostly, and words for it."""
        world = self.world
        grains = [g for g in (Grain.MONTH, Grain.QUARTER, Grain.YEAR) if world.time and g >= world.time]
        period = period_of(self.pick(*(world.days or [date(2012, 1, 1)])), self.pick(*grains))
        if period == period_of(date(TODAY.year - 1, 1, 1), Grain.YEAR) and self.random.random() < 0.2:
            return period, "last year"
        if period.grain is Grain.MONTH:
            words = self.pick(
                f"{MONTHS[period.first.month - 1]} {period.first.year}", f"{period.first:%Y-%m}"
            )
            return period, words
        return period, str(period)

    def window(self) -> tuple[pd.Series, str]:
        """Rows of a time and the words for it: a period, a range or a beginning."""
        world = self.world
        period, words = self.period()
        day, kind = world.frame["day"], self.random.random()
        if kind < 0.1 and world.days:
            latest = period_of(world.days[-1], period.grain)
            inside = day.between(pd.Timestamp(latest.first), pd.Timestamp(latest.last))
            return inside, f" in the {self.pick('latest', 'most recent')} {latest.grain.name.lower()}"
        if kind < 0.6:
            return day.between(pd.Timestamp(period.first), pd.Timestamp(period.last)), f" in {words}"
        if kind < 0.8:
            return day >= pd.Timestamp(period.first), f" since {words}"
        other, ending = self.period()
        if other.grain is not period.grain or other.first < period.first or "last" in words + ending:
            return day < pd.Timestamp(period.first), f" before {words}"
        return day.between(pd.Timestamp(period.first), pd.Timestamp(other.last)), f" from {words} to {ending}"

    def scope(self, *, timed: bool = True, but: str = "") -> tuple[pd.DataFrame, str]:
        """Rows that a question is restricted to, and the words for it."""
        frame = self.world.frame
        keep, words = pd.Series(data=True, index=frame.index), ""
        dimensions = [each for each in self.world.dimensions if each != but and self.world.names[each]]
        self.random.shuffle(dimensions)
        for dimension in dimensions[: self.pick(0, 0, 1, 1, 2)]:
            value = self.pick(*self.world.names[dimension])
            is_out = self.random.random() < 0.2
            keep &= frame[dimension].ne(value) if is_out else frame[dimension].eq(value)
            lower = value.lower() if value.lower() not in NAMES else value
            words += self.pick(*(LEFT_OUT if is_out else WANTED)).format(v=value, d=dimension, l=lower)
        if timed and self.world.time and self.random.random() < 0.5:
            inside, when = self.window()
            keep, words = keep & inside, words + when
        return frame[keep], words

    def at_latest(
        self, rows: pd.DataFrame, measure: str, aggregate: str, key: object, words: str
    ) -> pd.DataFrame:
        """A level without a time is that of the latest date that has a value."""
        is_timed = isinstance(key, Grain) or any(
            mark in words for mark in ("20", "last year", "latest", "most recent")
        )
        if not is_level(measure, aggregate) or aggregate == "average" or not self.world.time or is_timed:
            return rows
        known = self.world.frame.dropna(subset=[measure])
        return rows[rows["day"] == known["day"].max()] if len(known) else rows

    def groups(
        self, rows: pd.DataFrame, key: str | Grain, measure: str, aggregate: str = ""
    ) -> dict[str, float | None]:
        """The figure of each group, in the order of time or of names."""
        names = rows[key] if isinstance(key, str) else self.world.labels[key].loc[rows.index]
        kind = aggregate or own_aggregate(measure)
        if is_level(measure, aggregate) and "day" in rows:
            found = rows.groupby([names, "day"])[measure].sum(min_count=1).groupby(level=0).mean()
        elif kind == "total" or is_level(measure, aggregate):
            found = rows.groupby(names)[measure].sum(min_count=1)
        else:
            found = getattr(
                rows.groupby(names)[measure], {"average": "mean", "highest": "max", "lowest": "min"}[kind]
            )()
        known = {str(name): None if pd.isna(value) else float(value) for name, value in found.items()}
        if isinstance(key, Grain):
            return {name: known[name] for name in dict.fromkeys(names.loc[rows["day"].sort_values().index])}
        return dict(sorted(known.items()))

    def value(self) -> Asked:
        measure, aggregate = self.measure(), self.pick(*AGGREGATES)
        rows, words = self.scope()
        rows = self.at_latest(rows, measure, aggregate, None, words)
        value = figure(rows, measure, aggregate)
        text = self.pick(*OPENINGS).format(q=self.pick(*AGGREGATES[aggregate]).format(m=measure) + words)
        asked = Asked(
            [text],
            is_none=value is None,
            rows=int(rows[measure].notna().sum()),
            missing=int(rows[measure].isna().sum()),
        )
        return self.ending(asked, shown(self.world, measure, value, aggregate))

    def ending(self, asked: Asked, text: str) -> Asked:
        """The answer ends in a figure, or says of how many dates a level is the average."""
        grain = self.world.time.name.lower() if self.world.time else "row"
        asked.ends = [f" was {text}.", f" was {text} on average of its {grain}s."] if text else []
        return asked

    def count(self) -> Asked:
        rows, words = self.scope()
        if self.random.random() < 0.5:
            text = self.pick(
                "How many rows are there{s}?", "number of rows{s}", "how many entries{s}", "count of rows{s}"
            )
            return Asked([text.format(s=words)], parts=[f" {len(rows):,} row"], rows=len(rows), missing=0)
        dimension = self.dimension()
        text = self.pick("How many {d}s are there{s}?", "how many different {d}s{s}", "number of {d}s{s}")
        known = int(rows[dimension].notna().sum())
        parts = [f" {rows[dimension].nunique():,} {dimension}"]
        return Asked([text.format(s=words, d=dimension)], parts=parts, rows=known, missing=len(rows) - known)

    def listed(self) -> Asked:
        measure, (word, key), aggregate = self.measure(), self.key(), self.pick(*AGGREGATES)
        rows, words = self.scope()
        rows = self.at_latest(rows, measure, aggregate, key, words)
        found = self.groups(rows, key, measure, aggregate)
        name = self.pick(*AGGREGATES[aggregate]).format(m=measure)
        text = f"{name} {self.pick('by', 'for each', 'per')} {word}{words}"
        texts = {name: shown(self.world, measure, value, aggregate) for name, value in found.items()}
        is_averaged = isinstance(key, Grain) and aggregate == "average" and additivity(measure) == "additive"
        if is_averaged and self.random.random() < 0.3:
            adjective = "daily" if key is Grain.DAY else f"{word}ly"
            text = f"average {adjective} {measure}{words}"
        if is_averaged and " by " not in text and " for each " not in text:
            totals = [v for v in self.groups(rows, key, measure, "total").values() if v is not None]
            mean = sum(totals) / len(totals) if totals else None
            return self.ending(
                Asked([text], is_none=mean is None), shown(self.world, measure, mean, "average")
            )
        if self.random.random() < 0.2:
            return Asked(
                [f"table of {text}"],
                lines=[f"| {each} | {value} |" for each, value in texts.items() if value],
            )
        return Asked([text], lines=[f"- {each}: {value}" for each, value in texts.items() if value])

    def rank(self) -> Asked:
        measure, (word, key), is_highest = self.measure(), self.key(), self.random.random() < 0.5
        rows, words = self.scope(timed=not isinstance(key, Grain))
        rows = self.at_latest(rows, measure, "", key, words)
        found = {name: value for name, value in self.groups(rows, key, measure).items() if value is not None}
        order = (
            self.pick("highest", "most", "largest")
            if is_highest
            else self.pick("lowest", "least", "smallest")
        )
        if self.random.random() < 0.3:
            limit = self.random.randint(2, 4)
            ranked = sorted(found.items(), key=lambda pair: -pair[1] if is_highest else pair[1])[:limit]
            texts = [(name, shown(self.world, measure, value)) for name, value in ranked]
            is_unique = len(set(found.values())) == len(found)
            lines = [
                f"{at}. {name}: {text}" for at, (name, text) in enumerate(texts, 1) if text and is_unique
            ]
            top = "top" if is_highest else "bottom"
            return Asked([f"{top} {limit} {word}s by {measure}{words}"], lines=lines, is_none=not found)
        text = self.pick(
            "Which {k} had the {o} {m}{s}?", "which {k} has the {o} {m}{s}", "{k} with the {o} {m}{s}"
        )
        asked = Asked([text.format(k=word, o=order, m=measure, s=words)], is_none=not found)
        best = (max if is_highest else min)(found.values(), default=0)
        names = [name for name, value in found.items() if value == best]
        called = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
        text = shown(self.world, measure, best)
        word = "highest" if is_highest else "lowest"
        if found and text and len(names) <= 12:
            asked.parts = [f" {called}: {text}{' each' if len(names) > 1 else ''}.", f" was {word} "]
        return asked

    def change(self) -> Asked:
        measure = self.measure()
        if not self.world.time:
            return Asked([f"How did {measure} change from 2012 to 2013?"], is_none=True)
        (first, one), (last, other) = sorted([self.period(), self.period()], key=lambda pair: pair[0].first)
        rows, words = self.scope(timed=False)
        inside = [rows["day"].between(pd.Timestamp(p.first), pd.Timestamp(p.last)) for p in (first, last)]
        values = [figure(rows[each], measure) for each in inside]
        texts = ["How did {m}{s} change from {a} to {b}?", "change of {m}{s} between {a} and {b}",
                 "how much did {m}{s} grow from {a} to {b}"]  # fmt: skip
        texts += [] if words else ["{m} in {b} compared to {a}"]
        asked = Asked([self.pick(*texts).format(m=measure, s=words, a=one, b=other)])
        asked.is_none = None in values or first.grain is not last.grain or first == last
        before, after = (shown(self.world, measure, value) for value in values)
        if values[0] == values[1]:
            asked.ends = [f": {before}."] if before else []
        elif before and after:
            asked.parts = [f" from {before} in {first} to {after} in {last}"]
        return asked

    def comparison(self) -> Asked:
        measure, dimension = self.measure(), self.dimension()
        known = self.world.names[dimension]
        if len(known) < 2:
            return Asked([f"compare {measure} for Nowhere and Elsewhere"], is_none=True)
        one, other = self.random.sample(known, 2)
        rows, words = self.scope(but=dimension)
        rows = self.at_latest(rows, measure, "", None, words)
        values = [figure(rows[rows[dimension] == name], measure) for name in (one, other)]
        texts = [shown(self.world, measure, value) for value in values]
        pairs = list(zip((one, other), texts, strict=True))
        if self.random.random() < 0.4:
            text = self.pick("{m}: {a} minus {b}{w}", "difference in {m} between {a} and {b}{w}").format(
                m=measure, a=one, b=other, w=words
            )
            minus = "" if None in values else shown(self.world, measure, (values[0] or 0) - (values[1] or 0))
            ends = [f"{one} minus {other} is {minus}."] if minus else []
            return Asked(
                [text],
                ends=ends,
                parts=[f" {name} {text}" for name, text in pairs if text],
                is_none=None in values,
            )
        text = self.pick(
            "compare {m} for {a} and {b}{w}",
            "{m} of {a} vs {b}{w}",
            "{m} for {a} compared to {b}{w}",
            "{m} for {a} or {b}{w}",
        )
        lines = [f"- {name}: {text}" for name, text in pairs if text]
        return Asked([text.format(m=measure, a=one, b=other, w=words)], lines=lines)

    def share(self) -> Asked:
        measure, dimension = self.measure(), self.dimension()
        rows, words = self.scope(but=dimension)
        rows = self.at_latest(rows, measure, "", None, words)
        whole, is_none = figure(rows, measure), additivity(measure) == "non_additive"
        if self.random.random() < 0.3:
            found = {name: v for name, v in self.groups(rows, dimension, measure).items() if v is not None}
            total = sum(found.values())
            lines = [
                f"- {n}: {percent(v / total)} ({t})"
                for n, v in found.items()
                if total > 0 and (t := shown(self.world, measure, v))
            ]
            return Asked(
                [f"share of {measure} by {dimension}{words}"], lines=lines, is_none=is_none or total <= 0
            )
        value = self.pick(*(self.world.names[dimension] or ["Nowhere"]))
        own = figure(rows[rows[dimension] == value], measure)
        text = self.pick(
            "What share of {m} is {v}{w}?", "share of {v} in {m}{w}", "what percentage of {m} was {v}{w}?"
        )
        is_none = is_none or own is None or whole is None or whole <= 0
        asked = Asked([text.format(m=measure, v=value, w=words)], is_none=is_none)
        asked.parts = [] if is_none else [f" was {percent((own or 0) / (whole or 1))} ("]
        return asked

    def threshold(self) -> Asked:
        measure, bound = self.measure(), self.random.randint(-20, 300)
        name, holds = self.pick(*RELATIONS)
        rows, words = self.scope()
        met = rows[getattr(rows[measure], holds)(bound)]
        condition = f"{measure} {name} {bound}"
        if self.random.random() < 0.2:
            met, condition = (
                rows[rows[measure].between(bound, bound + 50)],
                f"{measure} between {bound} and {bound + 50}",
            )
        if self.random.random() < 0.5:
            text = self.pick("how many rows have {c}{s}", "number of rows with {c}{s}")
            return Asked([text.format(c=condition, s=words)], parts=[f" {len(met):,} row"])
        other = self.measure()
        aggregate = self.pick(
            "average", "highest", "lowest", *(["total"] if additivity(other) == "additive" else [])
        )
        if additivity(other) == "semi_additive" or other == measure:
            return Asked([f"{aggregate} {other} zzz"], is_none=True)
        value = figure(met, other, aggregate)
        asked = Asked([f"{aggregate} {other} with {condition}{words}"], is_none=value is None)
        return self.ending(asked, shown(self.world, other, value, aggregate))

    def group_count(self) -> Asked:
        measure, (word, key), bound = self.measure(), self.key(), self.random.randint(-20, 300)
        name, holds = self.pick(*RELATIONS)
        rows, words = self.scope()
        rows = self.at_latest(rows, measure, "", key, words)
        known = pd.Series([v for v in self.groups(rows, key, measure).values() if v is not None], dtype=float)
        count = int(getattr(known, holds)(bound).sum())
        text = self.pick("how many {k}s have {m} {c} {n}{s}", "which {k}s had {m} {c} {n}{s}")
        return Asked(
            [text.format(k=word, m=measure, c=name, n=bound, s=words)],
            parts=[f" {count:,} of {len(known):,} "],
        )

    def series(self) -> Asked:
        """A trend, or the changes from one period to the next."""
        measure = self.measure()
        rows, words = self.scope(timed=False)
        if not self.world.time:
            return Asked([f"trend of {measure}{words}"], is_none=True)
        grain = self.world.time
        if grain is Grain.DAY:
            grain = Grain.MONTH
        found = {n: v for n, v in self.groups(rows, grain, measure).items() if v is not None}
        texts = {name: shown(self.world, measure, value) for name, value in found.items()}
        if self.random.random() < 0.5:
            lines = [f"- {name}: " for name in list(found)[1:]]
            return Asked(
                [f"change of {measure}{words} by {grain.name.lower()}"], parts=lines, is_none=not found
            )
        asked = Asked([f"trend of {measure} by {grain.name.lower()}{words}"], is_none=len(found) < 2)
        if len(found) > 1 and all(texts.values()):
            (first, one), *_, (last, other) = texts.items()
            high, low = max(found, key=lambda n: found[n]), min(found, key=lambda n: found[n])
            asked.parts = [
                f" from {one} in {first} to {other} in {last}",
                f"The highest was {texts[high]} in {high}, the lowest {texts[low]} in {low};",
            ]
        return asked

    def follow_up(self) -> Asked:
        measure, dimension = self.measure(), self.dimension()
        aggregate = self.pick("average", "highest", "lowest")
        known = self.world.names[dimension]
        if len(known) < 2:
            return Asked(["hello", "and zzz?"], is_none=True)
        one, other = self.random.sample(known, 2)
        rows, words = self.scope(but=dimension)
        if self.world.time and self.random.random() < 0.3:
            (_, before), (period, after) = self.period(), self.period()
            inside = rows["day"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
            if period.grain is Grain.YEAR or any(
                mark in words for mark in ("20", "last", "latest", "most recent")
            ):
                return Asked(["hello", "and zzz?"], is_none=True)
            prompts = [
                f"{aggregate} {measure} in {before}{words}",
                self.pick("and in {t}?", "what about {t}?").format(t=after),
            ]
            rows = rows[inside]
        else:
            prompts = [
                f"{aggregate} {measure} for {one}{words}",
                self.pick("and for {o}?", "what about {o}?", "for {o}?").format(o=other),
            ]
            rows = rows[rows[dimension] == other]
        value = figure(rows, measure, aggregate)
        return self.ending(
            Asked(prompts, is_none=value is None), shown(self.world, measure, value, aggregate)
        )


def percent(ratio: float) -> str:
    text = f"{Decimal(repr(round(ratio * 100, 9))).quantize(Decimal('0.1'), ROUND_HALF_UP):,f}".removesuffix(
        ".0"
    )
    return f"{'0' if text == '-0' else text}%"


KINDS: list[Callable[[Questions], Asked]] = [
    Questions.value, Questions.count, Questions.listed, Questions.rank, Questions.change,
    Questions.comparison, Questions.share, Questions.threshold, Questions.group_count, Questions.series,
    Questions.follow_up,
]  # fmt: skip


def asked_of(world: World, random: Random, count: int) -> list[Asked]:
    """As many questions, of all kinds in turn."""
    questions = Questions(world, random)
    return [KINDS[at % len(KINDS)](questions) for at in range(count)]
