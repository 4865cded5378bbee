"""JSON strings and numbers with a format, as annotated types; `type_checker` reads the annotations."""

from typing import Annotated, TypeAlias

__all__ = ["EpochSeconds", "Text", "Time", "Uuid"]

Uuid: TypeAlias = Annotated[str, "a UUID"]
Time: TypeAlias = Annotated[str, "an RFC 3339 time in UTC"]
Text: TypeAlias = Annotated[str, "a non-empty string"]
EpochSeconds: TypeAlias = Annotated[int, "a time in epoch seconds"]
