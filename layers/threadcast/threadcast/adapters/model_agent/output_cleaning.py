"""What a model has said, fit to be sent back to it, run and stored."""

from typing import Any

from threadcast.domain.text import clean

__all__ = ["cleaned"]


def cleaned(value: Any) -> Any:
    """The value with whole characters in all its texts: JSON can carry a half, which no UTF-8 can."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {cleaned(key): cleaned(inner) for key, inner in value.items()}
        case list():
            return [cleaned(inner) for inner in value]
        case _:
            return value
