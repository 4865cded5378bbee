"""Replaces lone surrogates in a model's output, which UTF-8 cannot encode."""

from typing import Any

from threadcast.domain.text import clean

__all__ = ["cleaned"]


def cleaned(value: Any) -> Any:
    """Return the value with every text in it cleaned, keys included."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {cleaned(key): cleaned(inner) for key, inner in value.items()}
        case list():
            return [cleaned(inner) for inner in value]
        case _:
            return value
