"""Tables and questions made at random, each question with the figures that pandas finds for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from tests.contracts.stores import NOON
from threadcast.assets.columns.dates import Grain, period_of
from threadcast.domain.asset import Asset, AssetContext, AssetType, Table

__all__ = ["Asked", "World", "questions", "worlds"]

NAMES = [
    "East",
    "Far East",
    "West",
    "north",
    "A",
    "B",
    "the",
    "from",
    "Home",
    "Home Chair",
    "Total",
    "May",
    "O'Neil, Ann",
    "2012",
    "Lamp",
    "lamp",
    "Garden",
    "Home Office",
    "Zürich",
    "C++",
    "South-West",
]
DIMENSIONS = ["region", "product", "sales channel"]
MEASURES: dict[str, dict[str, str]] = {
    "revenue": {"style": "currency", "currency": "EUR"},
    "units": {},
    "unit price": {"style": "currency", "currency": "€", "additivity": "non_additive"},
    "temperature": {"suffix": " °C"},
    "stock": {"additivity": "semi_additive", "suffix": " pieces"},
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class World:
    """A table as the analyst gets it, and as a data frame; `time` is the grain of its dates."""

    context: AssetContext
    frame: pd.DataFrame
    dimensions: list[str]
    measures: list[str]
    time: Grain | None

    def values(self, dimension: str) -> list[str]:
        return [str(value) for value in self.frame[dimension].dropna().unique()]

    def periods(self, grain: Grain) -> list[date]:
        days = {day.date() for day in self.frame["day"].dropna()} if self.time else set()
        return sorted({period_of(day, grain).first for day in days})


@dataclass(frozen=True)
class Asked:
    """Prompts, and the figures that an answer must have, by name; the name is empty for a single figure.

    `rows` and `missing` are what it must have been computed over; None: that is not one number.
    """

    prompts: list[str]
    figures: dict[str, str]
    rows: int | None = None
    missing: int | None = None


@st.composite
def worlds(draw: st.DrawFn) -> World:
    time = draw(st.sampled_from([None, Grain.DAY, Grain.MONTH, Grain.YEAR]))
    dimensions = draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True))
    measures = draw(st.lists(st.sampled_from(list(MEASURES)), min_size=1, max_size=3, unique=True))
    pools = {
        each: draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
        for each in dimensions
    }
    days = st.dates(date(2011, 11, 1), date(2013, 3, 31))
    numbers = st.one_of(st.none(), st.integers(-50, 400), st.integers(-20, 3000).map(lambda n: n / 4))
    count = draw(st.integers(1, 14))
    rows = []
    for _ in range(count):
        day = None if time is None else period_of(draw(days), time).first.isoformat()
        texts = [draw(st.sampled_from([*pools[each], None])) for each in dimensions]
        figures = [draw(numbers) for _ in measures]
        rows.append([*([day] if time else []), *texts, *figures])
    columns = [*(["day"] if time else []), *dimensions, *measures]
    return _world(columns, rows, dimensions, measures, time)


def _world(
    columns: list[str], rows: list[list[Any]], dimensions: list[str], measures: list[str], time: Grain | None
) -> World:
    formats: dict[str, Any] = {name: MEASURES[name] for name in measures}
    axes = {"x": ["day"] if time else [], "y": measures, "category": dimensions}
    if time:
        formats["day"] = {"columnType": "date"}
    definition = {"name": "Ledger", "chartConfig": {"barAndLineAxis": axes, "columnLabelFormats": formats}}
    asset = Asset(
        "11111111-2222-4333-8444-555555555555", AssetType.METRIC_FILE, "Ledger", definition, "u", NOON, NOON
    )
    frame = pd.DataFrame(rows, columns=columns)
    for name in measures:
        frame[name] = pd.to_numeric(frame[name])
    if time:
        frame["day"] = pd.to_datetime(frame["day"])
    return World(
        AssetContext(asset, Table(tuple(columns), tuple(map(tuple, rows)))), frame, dimensions, measures, time
    )


def shown(world: World, measure: str, value: float, *, average: bool = False) -> str:
    """A figure as a person expects it: money with cents, else the decimals of the cells."""
    cells = [row[world.context.table.columns.index(measure)] for row in world.context.table.rows]  # type: ignore[union-attr]
    decimals = max(
        (len(str(cell).partition(".")[2].rstrip("0")) for cell in cells if isinstance(cell, float)), default=0
    )
    found = MEASURES[measure]
    money = "currency" in found
    if money:
        decimals = 2 if decimals or average else 0
    elif average:
        decimals += 1
    text = f"{Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    if "." in text and not money:
        text = text.rstrip("0").rstrip(".")
    sign = "-" if text.startswith("-") and text.strip("-0.,") else ""
    text = text.removeprefix("-")
    currency = {"EUR": "EUR ", "€": "€"}.get(found.get("currency", ""), "")
    if not text.strip("0.,") and round(value, 12):
        return "tiny"
    return f"{sign}{currency}{text}{found.get('suffix', '')}"


def additivity(measure: str) -> str:
    return MEASURES[measure].get(
        "additivity", "non_additive" if "°" in MEASURES[measure].get("suffix", "") else "additive"
    )


def is_averaged(measure: str, aggregate: str) -> bool:
    if aggregate in {"total", "average"}:
        return aggregate == "average" or additivity(measure) == "semi_additive"
    return aggregate == "" and additivity(measure) != "additive"


def figure(rows: pd.DataFrame, measure: str, aggregate: str) -> float | None:
    """The figure of some rows, None if none of them has a value."""
    cells = rows[measure].dropna()
    if cells.empty:
        return None
    if additivity(measure) == "semi_additive" and aggregate in {"", "total", "average"}:
        days = rows.dropna(subset=[measure])
        return float(days.groupby("day")[measure].sum().mean()) if "day" in rows else float(cells.sum())
    kind = aggregate or ("total" if additivity(measure) == "additive" else "average")
    return float(
        {"total": cells.sum, "average": cells.mean, "highest": cells.max, "lowest": cells.min}[kind]()
    )


AGGREGATES = {
    "total": ["total {m}", "the sum of {m}", "overall {m}"],
    "average": ["average {m}", "mean {m}", "the average {m}"],
    "highest": ["highest {m}", "maximum {m}", "largest {m}"],
    "lowest": ["lowest {m}", "minimum {m}", "smallest {m}"],
    "": ["{m}"],
}
OPENINGS = [
    "What was the {q}?",
    "{q}",
    "show me {q}",
    "please give me {q}",
    "what is the {q}",
    "give me the {q} please",
]


@dataclass
class Scope:
    """Rows that a question is restricted to, and the words for it."""

    rows: pd.DataFrame
    words: str = ""


@st.composite
def scopes(draw: st.DrawFn, world: World, *, timed: bool = True) -> Scope:
    found = Scope(world.frame)
    if draw(st.booleans()):
        dimension = draw(st.sampled_from(world.dimensions))
        value = draw(st.sampled_from(world.values(dimension) or ["Nowhere"]))
        is_out = draw(st.integers(0, 4)) == 0
        keep = found.rows[dimension].ne(value) if is_out else found.rows[dimension].eq(value)
        template = draw(
            st.sampled_from(
                [" without {v}", " except {v}"]
                if is_out
                else [" for {v}", " in {v}", " of {d} {v}", ' for "{v}"', " for {l}"]
            )
        )
        if value.lower() in NAMES:
            template = template.replace("{l}", "{v}")
        found = Scope(found.rows[keep], template.format(v=value, d=dimension, l=value.lower()))
    if timed and world.time and draw(st.booleans()):
        start, words = draw(moments(world))
        found = Scope(rows_of(found.rows, start, words), f"{found.words} in {words}")
    return found


@st.composite
def moments(draw: st.DrawFn, world: World) -> tuple[date, str]:
    grain = draw(st.sampled_from([Grain.MONTH, Grain.YEAR])) if world.time is not Grain.YEAR else Grain.YEAR
    start = draw(st.sampled_from(world.periods(grain) or [date(2012, 1, 1)]))
    return start, str(start.year) if grain is Grain.YEAR else f"{MONTHS[start.month - 1]} {start.year}"


def rows_of(rows: pd.DataFrame, start: date, words: str) -> pd.DataFrame:
    """Return the rows of the month or year that `moments` has drawn."""
    period = period_of(start, Grain.YEAR if len(words) == 4 else Grain.MONTH)
    return rows[rows["day"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))]


@st.composite
def timed_rows(draw: st.DrawFn, world: World) -> tuple[pd.DataFrame, str]:
    """Draw a month or year, or none; return its rows and the words that ask for it."""
    if world.time is None or not draw(st.booleans()):
        return world.frame, ""
    start, words = draw(moments(world))
    return rows_of(world.frame, start, words), f" in {words}"


@st.composite
def value_questions(draw: st.DrawFn, world: World) -> Asked:
    measure = draw(st.sampled_from(world.measures))
    aggregate = draw(st.sampled_from(list(AGGREGATES)))
    scope = draw(scopes(world))
    rows = scope.rows
    if (
        additivity(measure) == "semi_additive"
        and aggregate in {"", "total"}
        and world.time
        and "20" not in scope.words
    ):
        known = world.frame.dropna(subset=[measure])
        rows = rows[rows["day"] == known["day"].max()] if len(known) else rows
    value = figure(rows, measure, aggregate)
    words = draw(st.sampled_from(AGGREGATES[aggregate])).format(m=measure) + scope.words
    text = draw(st.sampled_from(OPENINGS)).format(q=words)
    averaged = is_averaged(measure, aggregate)
    figures = {"": "none" if value is None else shown(world, measure, value, average=averaged)}
    return Asked([text], figures, int(rows[measure].notna().sum()), int(rows[measure].isna().sum()))


@st.composite
def count_questions(draw: st.DrawFn, world: World) -> Asked:
    scope = draw(scopes(world))
    if draw(st.booleans()):
        text = draw(
            st.sampled_from(["How many rows are there{s}?", "number of rows{s}", "how many entries{s}"])
        )
        return Asked([text.format(s=scope.words)], {"count": f"{len(scope.rows):,}"}, len(scope.rows), 0)
    dimension = draw(st.sampled_from(world.dimensions))
    text = draw(
        st.sampled_from(["How many {d}s are there{s}?", "how many different {d}s{s}", "number of {d}s{s}"])
    )
    count = scope.rows[dimension].nunique()
    known = int(scope.rows[dimension].notna().sum())
    return Asked(
        [text.format(s=scope.words, d=dimension)], {"count": f"{count:,}"}, known, len(scope.rows) - known
    )


def groups(
    world: World, rows: pd.DataFrame, key: str | Grain, measure: str, aggregate: str
) -> dict[str, float | None]:
    """The figure of each group; those without a name are left out."""
    if isinstance(key, Grain):
        named = rows["day"].map(lambda day: str(period_of(day.date(), key)))
    else:
        named = rows[key]
    return {str(name): figure(rows[named == name], measure, aggregate) for name in named.dropna().unique()}


def keys(world: World) -> list[tuple[str, str | Grain]]:
    found: list[tuple[str, str | Grain]] = [(each, each) for each in world.dimensions]
    if world.time:
        found += [
            (grain.name.lower(), grain)
            for grain in Grain
            if grain >= world.time and grain is not Grain.QUARTER
        ]
    return found


def at_latest(
    world: World, rows: pd.DataFrame, measure: str, aggregate: str, key: object, words: str
) -> pd.DataFrame:
    """A level without a time is that of the latest date that has a value."""
    is_level = additivity(measure) == "semi_additive" and aggregate in {"", "total"}
    if not is_level or not world.time or isinstance(key, Grain) or "20" in words:
        return rows
    known = world.frame.dropna(subset=[measure])
    return rows[rows["day"] == known["day"].max()] if len(known) else rows


@st.composite
def list_questions(draw: st.DrawFn, world: World) -> Asked:
    measure, (word, key) = draw(st.sampled_from(world.measures)), draw(st.sampled_from(keys(world)))
    aggregate = draw(st.sampled_from(list(AGGREGATES)))
    scope = draw(scopes(world))
    rows = at_latest(world, scope.rows, measure, aggregate, key, scope.words)
    found = groups(world, rows, key, measure, aggregate)
    words = draw(st.sampled_from(AGGREGATES[aggregate])).format(m=measure)
    by = draw(st.sampled_from(["by", "for each"]))
    averaged = is_averaged(measure, aggregate)
    figures = {
        name: "no value" if v is None else shown(world, measure, v, average=averaged)
        for name, v in found.items()
    }
    return Asked([f"{words} {by} {word}{scope.words}"], figures)


@st.composite
def rank_questions(draw: st.DrawFn, world: World) -> Asked:
    measure, (word, key) = draw(st.sampled_from(world.measures)), draw(st.sampled_from(keys(world)))
    is_highest = draw(st.booleans())
    scope = draw(scopes(world, timed=not isinstance(key, Grain)))
    rows = at_latest(world, scope.rows, measure, "", key, scope.words)
    known = {name: v for name, v in groups(world, rows, key, measure, "").items() if v is not None}
    best = (max if is_highest else min)(known.values(), default=None)
    order = draw(
        st.sampled_from(["highest", "most", "largest"] if is_highest else ["lowest", "least", "smallest"])
    )
    template = draw(st.sampled_from(["Which {k} had the {o} {m}{s}?", "which {k} has the {o} {m}{s}"]))
    averaged = is_averaged(measure, "")
    figures = {name: shown(world, measure, v, average=averaged) for name, v in known.items() if v == best}
    return Asked([template.format(k=word, o=order, m=measure, s=scope.words)], figures or {"nobody": "none"})


@st.composite
def change_questions(draw: st.DrawFn, world: World) -> Asked:
    measure = draw(st.sampled_from(world.measures))
    if not world.time:
        return Asked([f"How did {measure} change from 2012 to 2013?"], {"": "none"})
    starts = [draw(moments(world)) for _ in range(2)]
    (first, one), (last, other) = sorted(starts)
    scope = draw(scopes(world, timed=False))
    values = []
    for start, words in ((first, one), (last, other)):
        values.append(figure(rows_of(scope.rows, start, words), measure, ""))
    averaged = is_averaged(measure, "")
    template = draw(
        st.sampled_from(
            [
                "How did {m}{s} change from {a} to {b}?",
                "change of {m}{s} between {a} and {b}",
                "how much did {m}{s} grow from {a} to {b}",
            ]
        )
    )
    text = template.format(m=measure, s=scope.words, a=one, b=other)
    if (
        values[0] is None
        or values[1] is None
        or (len(one) != len(other) and 4 in {len(one), len(other)})
        or one == other
    ):
        return Asked([text], {"": "none"})
    return Asked(
        [text],
        {
            "before": shown(world, measure, values[0], average=averaged),
            "after": shown(world, measure, values[1], average=averaged),
        },
    )


@st.composite
def comparison_questions(draw: st.DrawFn, world: World) -> Asked:
    measure, dimension = draw(st.sampled_from(world.measures)), draw(st.sampled_from(world.dimensions))
    known = world.values(dimension)
    if len(known) < 2:
        return Asked([f"compare {measure} for Nowhere and Elsewhere"], {"": "none"})
    one, other = draw(st.permutations(known))[:2]
    rows, words = draw(timed_rows(world))
    rows = at_latest(world, rows, measure, "", None, words)
    values = {name: figure(rows[rows[dimension] == name], measure, "") for name in (one, other)}
    averaged = is_averaged(measure, "")
    template = draw(
        st.sampled_from(
            [
                "compare {m} for {a} and {b}{w}",
                "{m} of {a} vs {b}{w}",
                "{m} for {a} compared to {b}{w}",
                "{m}: {a} minus {b}{w}",
            ]
        )
    )
    text = template.format(m=measure, a=one, b=other, w=words)
    figures = {
        name: "no value" if v is None else shown(world, measure, v, average=averaged)
        for name, v in values.items()
    }
    return Asked([text], figures)


@st.composite
def share_questions(draw: st.DrawFn, world: World) -> Asked:
    measure, dimension = draw(st.sampled_from(world.measures)), draw(st.sampled_from(world.dimensions))
    value = draw(st.sampled_from(world.values(dimension) or ["Nowhere"]))
    rows, words = draw(timed_rows(world))
    rows = at_latest(world, rows, measure, "", None, words)
    own, whole = figure(rows[rows[dimension] == value], measure, ""), figure(rows, measure, "")
    template = draw(
        st.sampled_from(
            ["What share of {m} is {v}{w}?", "share of {v} in {m}{w}", "what percentage of {m} was {v}{w}?"]
        )
    )
    text = template.format(m=measure, v=value, w=words)
    if own is None or whole is None or whole <= 0 or additivity(measure) == "non_additive":
        return Asked([text], {"": "none"})
    ratio = Decimal(repr(round(own / whole * 100, 9))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Asked(
        [text],
        {
            "share": f"{ratio:,f}".removesuffix(".0").replace("-0", "0")
            if not ratio
            else f"{ratio:,f}".removesuffix(".0")
        },
    )


@st.composite
def threshold_questions(draw: st.DrawFn, world: World) -> Asked:
    measure = draw(st.sampled_from(world.measures))
    bound = draw(st.integers(-20, 300))
    name, holds = draw(
        st.sampled_from(
            [
                ("above", "gt"),
                ("below", "lt"),
                ("at least", "ge"),
                ("at most", "le"),
                ("more than", "gt"),
                ("under", "lt"),
            ]
        )
    )
    scope = draw(scopes(world))
    met = scope.rows[getattr(scope.rows[measure], holds)(bound)]
    if draw(st.booleans()):
        template = draw(
            st.sampled_from(["how many rows have {m} {c} {n}{s}", "number of rows with {m} {c} {n}{s}"])
        )
        return Asked([template.format(m=measure, c=name, n=bound, s=scope.words)], {"count": f"{len(met):,}"})
    other = draw(st.sampled_from(world.measures))
    aggregate = draw(
        st.sampled_from(
            ["average", "highest", "lowest"] + (["total"] if additivity(other) == "additive" else [])
        )
    )
    if additivity(other) == "semi_additive" or other == measure:
        return Asked([f"{aggregate} {other} zzz"], {"": "none"})
    value = figure(met, other, aggregate)
    text = f"{aggregate} {other} with {measure} {name} {bound}{scope.words}"
    return Asked(
        [text], {"": "none" if value is None else shown(world, other, value, average=aggregate == "average")}
    )


@st.composite
def group_count_questions(draw: st.DrawFn, world: World) -> Asked:
    measure, dimension = draw(st.sampled_from(world.measures)), draw(st.sampled_from(world.dimensions))
    bound = draw(st.integers(-20, 300))
    scope = draw(scopes(world))
    rows = at_latest(world, scope.rows, measure, "", dimension, scope.words)
    known = [v for v in groups(world, rows, dimension, measure, "").values() if v is not None]
    count = sum(v > bound for v in known)
    return Asked(
        [f"how many {dimension}s have {measure} above {bound}{scope.words}"],
        {"of": f"{count:,} of {len(known):,}"},
    )


@st.composite
def follow_ups(draw: st.DrawFn, world: World) -> Asked:
    measure, dimension = draw(st.sampled_from(world.measures)), draw(st.sampled_from(world.dimensions))
    known = world.values(dimension)
    if len(known) < 2:
        return Asked(["hello", "and zzz?"], {"": "none"})
    one, other = draw(st.permutations(known))[:2]
    aggregate = draw(st.sampled_from(["average", "highest", "lowest"]))
    rows, words = draw(timed_rows(world))
    value = figure(rows[rows[dimension] == other], measure, aggregate)
    again = draw(st.sampled_from([f"and for {other}?", f"what about {other}?", f"for {other}?"]))
    first = f"{aggregate} {measure} for {one}{words}"
    text = {"": "none" if value is None else shown(world, measure, value, average=aggregate == "average")}
    return Asked([first, again], text)


KINDS: list[Callable[[World], st.SearchStrategy[Asked]]] = [
    value_questions, count_questions, list_questions, rank_questions, change_questions, comparison_questions,
    share_questions, threshold_questions, group_count_questions, follow_ups,
]  # fmt: skip


def questions(world: World) -> st.SearchStrategy[Asked]:
    return st.one_of([kind(world) for kind in KINDS])
