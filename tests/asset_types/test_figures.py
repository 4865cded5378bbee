"""Numbers as people read them."""

import pytest

from threadcast.asset_types.figures import number


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
def test_a_number_is_rounded_as_people_do(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text
