"""Converts domain objects to JSON documents that later versions of the code can still read, and back.

Reading is tolerant: a missing field takes its default, an unknown field is ignored, and so is a list item
whose kind is unknown. Writing omits fields that are None, and a missing field without a default may be None.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from threadcast.domain.message import FileResponse, FilesStep, PillsStep, ReasoningText, TextResponse
from threadcast.errors import StoreError

__all__ = [
    "MAX_PACKED_BYTES",
    "dump",
    "from_document",
    "load",
    "moment",
    "pack",
    "timestamp",
    "to_document",
    "unpack",
]

MAX_PACKED_BYTES = 360_000
"""Below DynamoDB's limit of 400 KB an item, so that keys and further attributes fit as well."""

_COMPRESS_ABOVE_BYTES = 1_000
"""Writes are billed by the KB, so compression saves money above one KB."""

_TAG = "is"
_TAGS: dict[type, str] = {
    TextResponse: "text",
    FileResponse: "file",
    ReasoningText: "thought",
    PillsStep: "pills",
    FilesStep: "files",
}
"""Tags of union members in stored documents; never change one, because documents with it are stored."""

_UNKNOWN = object()

_T = TypeVar("_T")
_Reader = Callable[[Any], Any]


def timestamp(value: datetime) -> str:
    """Return RFC 3339 in UTC, always with microseconds, so that the texts sort in the order of time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Return the time that `timestamp` has formatted."""
    return datetime.fromisoformat(text)


def to_document(value: Any) -> Any:
    """Return a dataclass, or a value in one, as JSON values."""
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        document = {name: to_document(part) for name, part in parts.items() if part is not None}
        tag = _TAGS.get(type(value))
        return document if tag is None else {_TAG: tag, **document}
    if isinstance(value, tuple):
        return [to_document(part) for part in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def from_document(kind: type[_T], document: Any) -> _T:
    """Return the `kind` in a document of `to_document`; raises `StoreError` if it does not fit."""
    try:
        hint: Any = kind
        value: _T = _reader(hint)(document)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"A stored {kind.__name__} cannot be read") from error
    return value


def dump(document: Any) -> bytes:
    """Return a document as JSON text."""
    # A JSON escape from a client can be a lone surrogate, which strict UTF-8 cannot encode.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def load(text: bytes) -> Any:
    """Return the document in a text of `dump`."""
    return json.loads(text.decode("utf-8", "surrogatepass"))


def pack(text: bytes, max_bytes: int | None = MAX_PACKED_BYTES) -> bytes:
    """Return a JSON text in its stored form, compressed if long; raises `StoreError` above `max_bytes`.

    None: no limit, for callers that split the bytes.
    """
    packed = zlib.compress(text) if len(text) > _COMPRESS_ABOVE_BYTES else text
    if max_bytes is not None and len(packed) > max_bytes:
        raise StoreError(f"A document takes {len(packed)} bytes; at most {max_bytes} can be stored")
    return packed


def unpack(packed: bytes) -> bytes:
    """Return the text that `pack` has stored: JSON starts with a bracket, a zlib stream with an `x`."""
    return zlib.decompress(packed) if packed.startswith(b"x") else packed


_SCALARS: dict[Any, _Reader] = {datetime: moment, Decimal: Decimal}
"""Types that JSON holds as text, and their parsers."""


@cache
def _reader(hint: Any) -> _Reader:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return _fields_reader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if get_origin(hint) is tuple:
        return _tuple_reader(_reader(get_args(hint)[0]))
    if get_origin(hint) in (Union, UnionType):
        return _union_reader(tuple(member for member in get_args(hint) if member is not type(None)))
    return _unchanged


def _fields_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    omitted_as_none = {
        field.name: None
        for field in fields(kind)
        if field.default is MISSING and type(None) in get_args(hints[field.name])
    }

    def read(document: Any) -> Any:
        known = {name: reader(document[name]) for name, reader in readers.items() if name in document}
        return kind(**{**omitted_as_none, **known})

    return read


def _tuple_reader(read_part: _Reader) -> _Reader:
    return lambda parts: tuple(read for part in parts if (read := read_part(part)) is not _UNKNOWN)


def _union_reader(members: tuple[Any, ...]) -> _Reader:
    if len(members) == 1:
        return _reader(members[0])
    by_tag = {_TAGS[member]: _reader(member) for member in members if member in _TAGS}
    if not by_tag:
        return _unchanged

    def read(document: Any) -> Any:
        reader = by_tag.get(document[_TAG])
        return _UNKNOWN if reader is None else reader(document)

    return read


def _unchanged(value: Any) -> Any:
    return value
