"""Rounding of numbers, and the decimals of money."""

import pytest

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.number_format import figure, number, signed


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.735, 2, "2.74"),
        (0.1 + 2.635, 2, "2.74"),
        (160.625, 2, "160.63"),
        (-0.004, 2, "0"),
        (1234.5, 0, "1,235"),
        (1e27, 1, "1,000,000,000,000,000,000,000,000,000"),
        (float("inf"), 1, "inf"),
    ],
)
def test_numbers_are_rounded_half_up(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "extra", "text"),
    [
        (1299.5, 0, "$1,299.50"),
        (20, 0, "$20.00"),
        (-0.1, 0, "-$0.10"),
        (1299.525, 1, "$1,299.53"),
        (8.126, 2, "$8.126"),
    ],
)
def test_money_in_cents_has_two_decimals(value: float, extra: int, text: str) -> None:
    cents = Column("price", "price", prefix="$", decimals=1)

    assert figure(value, cents, extra) == text


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (Column("price", "price", prefix="$"), "$1,300"),
        (Column("rain", "rain", suffix=" mm", decimals=1), "1,299.5 mm"),
        (Column("fee", "fee", prefix="EUR ", decimals=2), "EUR 1,299.50"),
    ],
)
def test_only_money_in_cents_is_padded(column: Column, text: str) -> None:
    assert figure(1299.5, column) == text


def test_signed_money_has_two_decimals_too() -> None:
    assert signed(4.5, Column("price", "price", prefix="$", decimals=2)) == "+$4.50"
