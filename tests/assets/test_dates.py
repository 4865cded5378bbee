from datetime import date

import pytest

from threadcast.assets.columns.dates import Grain, Period, date_of, grain_of, period_of, shifted


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2012-07-04", date(2012, 7, 4)),
        ("2012-07-04T23:00:00Z", date(2012, 7, 4)),
        ("2012-07-04 23:00", date(2012, 7, 4)),
        ("2012-07-04T23:00:00.5+02:00", date(2012, 7, 4)),
        ("2012-07-04 noon", None),
        ("13/02/2024", None),
        ("2012-07", date(2012, 7, 1)),
        ("2012", date(2012, 1, 1)),
        (1565, date(1565, 1, 1)),
        ("2012-02-30", None),
        ("4 July 2012", None),
        (12, None),
        (2012.0, None),
        (True, None),
        (None, None),
    ],
)
def test_a_date_is_read_from_a_cell(cell: str | float | None, day: date | None) -> None:
    assert date_of(cell) == day


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        ([date(2001, 1, 1), date(2003, 1, 1)], Grain.YEAR),
        ([date(2001, 1, 1), date(2001, 4, 1)], Grain.MONTH),
        ([date(2001, 1, 1), date(2001, 1, 2)], Grain.DAY),
    ],
)
def test_the_grain_follows_from_the_days(days: list[date], grain: Grain) -> None:
    assert grain_of(days) is grain


@pytest.mark.parametrize(
    ("grain", "first", "last", "text"),
    [
        (Grain.DAY, date(2012, 2, 29), date(2012, 2, 29), "29 February 2012"),
        (Grain.MONTH, date(2012, 2, 1), date(2012, 2, 29), "February 2012"),
        (Grain.QUARTER, date(2012, 1, 1), date(2012, 3, 31), "Q1 2012"),
        (Grain.YEAR, date(2012, 1, 1), date(2012, 12, 31), "2012"),
    ],
)
def test_a_day_lies_in_one_period_of_each_grain(grain: Grain, first: date, last: date, text: str) -> None:
    period = period_of(date(2012, 2, 29), grain)

    assert (period, str(period)) == (Period(first, last, grain), text)


@pytest.mark.parametrize(
    ("period", "steps", "text"),
    [
        (period_of(date(2012, 3, 31), Grain.MONTH), -1, "February 2012"),
        (period_of(date(2012, 1, 1), Grain.MONTH), -1, "December 2011"),
        (period_of(date(2012, 1, 1), Grain.QUARTER), 1, "Q2 2012"),
        (period_of(date(2012, 1, 1), Grain.DAY), -1, "31 December 2011"),
        (Period(date(2005, 1, 1), date(2007, 12, 31), Grain.YEAR), 1, "2008 to 2010"),
        (Period(date(2012, 1, 1), date(2012, 1, 7), Grain.DAY), 1, "8 January 2012 to 14 January 2012"),
        (period_of(date(1, 1, 1), Grain.DAY), -1, "1 January 1"),
        (period_of(date(9999, 12, 31), Grain.YEAR), 1, "9999"),
    ],
)
def test_a_period_is_shifted_by_its_own_length(period: Period, steps: int, text: str) -> None:
    assert str(shifted(period, steps)) == text
