import pytest

from threadcast.assets.columns.column_roles import Additivity, Column, Shape, shape_of
from threadcast.assets.columns.number_format import figure, joined, number, percent, plural, signed
from threadcast.domain.asset import Table

ROWS = Table(
    ("day", "region", "sales", "rate", "weekday"),
    (("2024-01-01", "north", 1200, 0.125, 1), ("2024-01-02", "south", None, 0.5, 2)),
)


def test_roles_are_read_from_the_chart() -> None:
    definition = {
        "chartConfig": {
            "barAndLineAxis": {"x": ["day"], "y": ["rate", "sales"], "category": ["region", "weekday"]},
            "columnLabelFormats": {
                "sales": {"displayName": "Sales", "style": "currency", "additivity": "additive"},
                "rate": {"style": "percent", "multiplier": 100, "synonyms": ["ratio"]},
            },
        }
    }

    assert shape_of(definition, ROWS) == Shape(
        time=Column("day", "day"),
        measures=(
            Column("rate", "rate", "", "%", 100, 3, Additivity.NON_ADDITIVE, ("ratio",)),
            Column("sales", "sales", "$"),
        ),
        dimensions=(Column("region", "region"), Column("weekday", "weekday")),
    )


def test_without_a_chart_roles_follow_from_the_cells() -> None:
    shape = shape_of({}, ROWS)

    assert shape.time == Column("day", "day")
    assert [column.name for column in shape.measures] == ["sales", "rate", "weekday"]
    assert [column.name for column in shape.dimensions] == ["region"]


def test_an_axis_that_holds_no_dates_is_a_dimension() -> None:
    definition = {"chartConfig": {"barAndLineAxis": {"x": ["region"], "y": ["sales"]}}}

    shape = shape_of(definition, Table(("region", "sales"), (("north", 1), ("south", 2))))

    assert (shape.time, [column.name for column in shape.dimensions]) == (None, ["region"])


def test_years_as_numbers_are_time_if_the_chart_says_so() -> None:
    definition = {"chartConfig": {"barAndLineAxis": {"x": ["year"], "y": ["sales"]}}}

    shape = shape_of(definition, Table(("year", "sales"), ((2001, 1), (2002, 2))))

    assert (shape.time, [column.name for column in shape.measures]) == (Column("year", "year"), ["sales"])


@pytest.mark.parametrize(
    ("suffix", "additivity"),
    [(" GWh", "additive"), ("%", "non_additive"), (" °C", "non_additive"), (" km/h", "non_additive")],
)
def test_a_rate_is_known_by_its_unit(suffix: str, additivity: str) -> None:
    definition = {"chartConfig": {"columnLabelFormats": {"value": {"suffix": suffix}}}}

    (measure,) = shape_of(definition, Table(("value",), ((1,),))).measures

    assert measure.additivity == additivity


@pytest.mark.parametrize("name", ["netGeneration", "net_generation", "Net generation", "net-generation"])
def test_a_label_is_made_of_the_columns_name(name: str) -> None:
    (measure,) = shape_of({}, Table((name,), ((1,),))).measures

    assert measure.label == "net generation"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567, 0, "1,234,567"), (0.5, 2, "0.5"), (-0.001, 2, "0"), (-1234.5, 1, "-1,234.5"), (100, 2, "100")],
)
def test_numbers_are_formatted_for_people(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


def test_values_are_formatted_with_unit_and_sign() -> None:
    dollars = Column("sales", "sales", prefix="$", decimals=2)
    share = Column("rate", "rate", suffix="%", multiplier=100, decimals=1)

    assert [figure(-1200.5, dollars), signed(12, dollars), signed(0, dollars), figure(0.125, share)] == [
        "-$1,200.50",
        "+$12.00",
        "$0.00",
        "12.5%",
    ]


def test_words_are_joined_and_counted_in_english() -> None:
    assert [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or")] == [
        "",
        "a",
        "a and b",
        "a, b or c",
    ]
    assert [plural(noun) for noun in ("city", "day", "class", "source")] == [
        "cities",
        "days",
        "classes",
        "sources",
    ]
    assert [percent(0.1234), percent(0.05, sign=True), percent(-1, sign=True)] == ["12.3%", "+5%", "-100%"]
