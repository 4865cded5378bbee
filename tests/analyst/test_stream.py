import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agent_steps import files_steps, pills_steps
from tests.analyst.asking import ALICE, events, task, text_of
from tests.contracts.stores import NOON
from tests.metric_storage import metric_storage
from tests.samples.loaded import context_of
from threadcast.adapters.memory import MemoryAssetStore, MemoryTable
from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain, period_of
from threadcast.assets.kinds import kind_of
from threadcast.assets.making.metric_storage import MetricLimits
from threadcast.domain.access import Principal, Role
from threadcast.domain.asset import Asset, AssetContext, AssetRef, AssetType, Table
from threadcast.domain.message import Pill, PillContainer, PillsStep
from threadcast.domain.streamed_parts import ReasoningDelta, TitleEnd
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, FileMade
from threadcast_analyst import MetricMaker, OfflineAnalyst

NEW_ID = "11111111-2222-4333-8444-555555555555"


class StoppedClock:
    """It is always noon."""

    def now(self) -> object:
        return NOON


class CountingStop:
    """Counts how often and how long it was waited on, and is set after so many times."""

    def __init__(self, waits: int) -> None:
        self.left = waits
        self.waited: list[float | None] = []

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        self.left -= 1
        return self.is_set()


def test_the_same_task_gives_the_same_events() -> None:
    context = context_of("work_and_power")

    first = events("What is the total?", context, wants_title=True)

    assert events("What is the total?", context, wants_title=True) == first


def test_the_pace_is_kept_by_waiting_on_the_stop_signal() -> None:
    stop = CountingStop(4)
    asked = AgentTask("total", ALICE, (), context_of("iowa_electricity"), wants_title=False, stop=stop)

    said = list(OfflineAnalyst(pace_s=0.25).answer(asked))

    assert (len(said), stop.waited) == (3, [0.25] * 4)


def test_what_was_matched_is_shown_as_pills() -> None:
    said = events("How much nuclear energy from 2005 to 2010?", context_of("iowa_electricity"))

    assert pills_steps(said) == [
        PillsStep(
            "matched",
            "Matched in the rows",
            (
                PillContainer("Measures", (Pill("measure:net_generation", "net generation", "measure"),)),
                PillContainer("Values", (Pill("source:Nuclear Energy", "Nuclear Energy", "value"),)),
                PillContainer("Time", (Pill("window:2005 to 2010", "2005 to 2010", "time"),)),
            ),
        )
    ]


def test_the_reasoning_states_how_the_question_was_understood() -> None:
    said = events("What is the trend of renewables?", context_of("work_and_power"))

    assert "".join(event.text for event in said if isinstance(event, ReasoningDelta)) == (
        "I take this as: Trend of net generation for Renewables. "
        "I look at the metric “Iowa electricity generation by source”."
    )


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is this?", "About Iowa electricity generation by source"),
        ("What was the total in 2009?", "Total net generation in 2009"),
        ("Which year was highest?", "Highest net generation by year"),
        ("top 3 sources", "Highest net generation by source"),
        ("Which were the 3 lowest years?", "Lowest net generation by year"),
        ("generation by source", "Net generation by source"),
        ("How did generation change?", "Change of net generation"),
        ("Which source grew most?", "Change of net generation by source"),
        ("renewables minus nuclear", "Difference of net generation for Renewables and Nuclear…"),
        ("share of nuclear", "Share of Nuclear Energy in net generation"),
        ("share of each source", "Share of each part in net generation by source"),
        ("trend of nuclear", "Trend of net generation for Nuclear Energy"),
        ("median", "Median"),
        ("how many rows?", "Number of rows"),
        ("save nuclear as a metric", "A metric of Nuclear Energy"),
        ("  what   is the meaning of life, the universe, and everything else there is? ",
         "What is the meaning of life, the universe, and everything…"),
    ],
)  # fmt: skip
def test_the_title_states_what_was_asked(question: str, title: str) -> None:
    said = events(question, context_of("iowa_electricity"), wants_title=True)

    assert [event.title for event in said if isinstance(event, TitleEnd)] == [title]


def test_a_part_of_the_rows_is_stored_as_the_users_own_metric() -> None:
    table = MemoryTable()
    maker = MetricMaker(metric_storage(table), lambda: NEW_ID, StoppedClock())
    source = context_of("iowa_electricity")

    said = list(
        OfflineAnalyst(maker=maker).answer(task("Show only renewables since 2016 as a metric", source))
    )

    ((asset, role),) = MemoryAssetStore(table).find([NEW_ID], [Principal("user", ALICE.id)]).values()
    name = "Iowa electricity generation by source: Renewables, 2016 to 2017"
    assert (asset.name, asset.owner_id, role, asset.created_at) == (name, ALICE.id, Role.OWNER, NOON)
    assert asset.definition["derivedFrom"] == source.asset.id
    assert asset.definition["sql"].endswith(
        "WHERE source IN ('Renewables') AND (year BETWEEN '2016-01-01' AND '2017-12-31')"
    )
    assert MemoryAssetStore(table).rows(NEW_ID) == Table(
        ("year", "source", "net_generation"),
        (("2016-01-01", "Renewables", 21241), ("2017-01-01", "Renewables", 21933)),
    )
    assert [(step.status, step.files[0].status) for step in files_steps(said)] == [
        ("loading",) * 2,
        ("completed",) * 2,
    ]
    assert FileMade("metric", AssetRef(NEW_ID, AssetType.METRIC_FILE), name) in said
    assert text_of(said).startswith(f"I made the metric “{name}” from 2 rows of")


def test_a_metric_of_one_measure_has_no_other() -> None:
    table = MemoryTable()
    maker = MetricMaker(metric_storage(table), lambda: NEW_ID, StoppedClock())
    asked = task("show only wind in 2013 as a metric", context_of("seattle_weather"))

    said = text_of(list(OfflineAnalyst(maker=maker).answer(asked)))

    asset, rows = table.assets[NEW_ID], table.rows[NEW_ID]
    assert said.startswith("I made the metric “Seattle weather by day: wind speed, 2013” from 365 rows")
    assert rows.columns == ("date", "wind")
    assert rows.rows[0] == ("2013-01-01", 2.7)
    assert asset.definition["chartConfig"]["barAndLineAxis"]["y"] == ["wind"]
    assert asset.definition["sql"].startswith("SELECT date, wind FROM (")
    kind = kind_of(asset.type)
    assert kind is not None
    kind.check(asset.definition, "made")
    assert text_of(events("average wind", AssetContext(asset, rows))).startswith("Average wind speed was")


def test_a_metric_beyond_the_users_limit_is_refused_in_words() -> None:
    table = MemoryTable()
    ids = iter(["a-1", "a-2"])
    storage = metric_storage(table, MetricLimits(1, kept_days=31), lambda: NOON)
    analyst = OfflineAnalyst(maker=MetricMaker(storage, lambda: next(ids), StoppedClock()))
    first, second = (
        list(analyst.answer(task("nuclear as a metric", context_of("iowa_electricity")))) for _ in range(2)
    )

    assert text_of(first).endswith("you can start a chat on it like on any other, until 1 April 2026.")
    assert text_of(second) == (
        "I did not make the metric “Iowa electricity generation by source: Nuclear Energy”: a user may keep "
        "1 metric made in chats; an administrator can delete some."
    )
    assert [(step.status, step.files[0].status) for step in files_steps(second)] == [
        ("loading",) * 2,
        ("failed",) * 2,
    ]
    assert not any(isinstance(event, FileMade) for event in second)
    assert set(table.assets) == {"a-1"}


def test_what_is_not_understood_makes_no_metric() -> None:
    table = MemoryTable()
    maker = MetricMaker(metric_storage(table), lambda: NEW_ID, StoppedClock())
    asked = task("show only purple wind as a metric", context_of("seattle_weather"))

    said = text_of(list(OfflineAnalyst(maker=maker).answer(asked)))

    assert "“purple”" in said
    assert table.assets == {}


def test_a_metric_that_was_made_is_a_valid_one() -> None:
    table = MemoryTable()
    maker = MetricMaker(metric_storage(table), lambda: NEW_ID, StoppedClock())
    list(OfflineAnalyst(maker=maker).answer(task("make a metric of July", context_of("seattle_weather"))))

    asset, rows = table.assets[NEW_ID], table.rows[NEW_ID]

    kind = kind_of(asset.type)
    assert kind is not None
    kind.check(asset.definition, "made")
    assert text_of(events("how many rows", AssetContext(asset, rows))).startswith("There are 124 rows.")


def test_a_stop_while_a_metric_is_made_stores_nothing() -> None:
    table, stop = MemoryTable(), threading.Event()
    maker = MetricMaker(metric_storage(table), lambda: NEW_ID, StoppedClock())
    asked = AgentTask(
        "nuclear as a metric", ALICE, (), context_of("iowa_electricity"), wants_title=False, stop=stop
    )

    for event in OfflineAnalyst(maker=maker).answer(asked):
        if files_steps([event]):
            stop.set()

    assert table.assets == {}


def test_without_a_place_to_keep_metrics_it_says_so() -> None:
    said = events("nuclear as a metric", context_of("iowa_electricity"))

    assert text_of(said) == "I cannot store metrics here: this chat was set up without a place to keep them."


def test_an_asset_without_rows_has_nothing_to_compute_with() -> None:
    source = context_of("iowa_electricity").asset

    said = events("What is the total?", AssetContext(source))

    assert text_of(said) == (
        "“Iowa electricity generation by source” has no rows that I can see, so there is nothing "
        "to compute with."
    )


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        [
            "2001-01-01",
            "2002-01-01",
            "2002-02-30",
            "2003",
            "north",
            "south",
            "",
            "1999-12-31T12:00:00Z",
            "0001-01-01",
        ]
    ),
)
WORDS = st.sampled_from(
    """
    what is the total highest lowest share of by a year month north south trend change between 2001 and 2002
    correlated why did it drop season outliers average median compare top 3 last first before after in July
    previous 5 years since how many days when value amount more than , ? - as a metric
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8),
    words=st.lists(WORDS, max_size=10),
    earlier=st.lists(WORDS, max_size=6),
)
def test_whatever_the_rows_and_the_words_it_answers(
    rows: list[tuple[object, ...]], words: list[str], earlier: list[str]
) -> None:
    definition = {"name": "Anything", "chartConfig": {"barAndLineAxis": {"x": ["a"], "y": ["value"]}}}
    asset = Asset(NEW_ID, AssetType.METRIC_FILE, "Anything", definition, ALICE.id, NOON, NOON)
    context = AssetContext(asset, Table(("a", "year", "value"), tuple(rows)))  # type: ignore[arg-type]

    said: list[AgentEvent] = list(OfflineAnalyst().answer(task(" ".join(words), context, " ".join(earlier))))

    assert text_of(said).strip()


DATES = st.dates(date(2000, 1, 1), date(2003, 12, 31))
NUMBERS = st.one_of(st.none(), st.integers(-3, 3), st.floats(-2, 2, width=16))
REGIONS = st.sampled_from(["north", "south", "south east", None])


@settings(max_examples=60, deadline=None)
@given(
    grain=st.sampled_from(Grain),
    additivity=st.sampled_from(Additivity),
    rows=st.lists(st.tuples(DATES, REGIONS, NUMBERS, NUMBERS), min_size=1, max_size=12),
    prompts=st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=3),
)
def test_whatever_is_asked_of_sensible_rows_it_answers(
    grain: Grain,
    additivity: Additivity,
    rows: list[tuple[date, str | None, float | None, float | None]],
    prompts: list[list[str]],
) -> None:
    formats = {"value": {"additivity": additivity.value}}
    definition = {"chartConfig": {"barAndLineAxis": {"x": ["day"]}, "columnLabelFormats": formats}}
    asset = Asset(NEW_ID, AssetType.METRIC_FILE, "Anything", definition, ALICE.id, NOON, NOON)
    cells = tuple((period_of(day, grain).first.isoformat(), *rest) for day, *rest in rows)
    context = AssetContext(asset, Table(("day", "region", "value", "amount"), cells))
    *earlier, prompt = (" ".join(words) for words in prompts)

    said = list(OfflineAnalyst().answer(task(prompt, context, *earlier, wants_title=True)))

    assert text_of(said).strip()


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(max_size=60))
def test_whatever_the_prompt_it_answers(prompt: str) -> None:
    said = events(prompt, context_of("seattle_rain_by_month"), wants_title=True)

    assert text_of(said).strip()
