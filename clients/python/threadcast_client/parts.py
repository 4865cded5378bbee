"""The types of JSON strings and numbers that have a format, which the generated types use."""

from typing import Annotated, TypeAlias

__all__ = ["EpochSeconds", "Text", "Time", "Uuid"]

# `threadcast_client.conform` reads the annotations.
Uuid: TypeAlias = Annotated[str, "a UUID"]
Time: TypeAlias = Annotated[str, "an RFC 3339 time in UTC"]
Text: TypeAlias = Annotated[str, "a text with something in it"]
EpochSeconds: TypeAlias = Annotated[int, "a time in epoch seconds"]
