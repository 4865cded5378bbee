"""Domain objects as JSON documents that outlive the code which wrote them.

Reading is tolerant: a field that was added later takes its default, a field that is unknown here is ignored,
and so is a part of a kind that is unknown here. None is left out, and a missing field may be None.
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
"""Well under the 400 KB that DynamoDB takes, so that keys and further attributes always fit beside it."""

_COMPRESS_ABOVE_BYTES = 1_000
"""Writes are billed by the KB, so a document pays for being compressed as soon as it exceeds one."""

_TAG = "is"
_TAGS: dict[type, str] = {
    TextResponse: "text",
    FileResponse: "file",
    ReasoningText: "thought",
    PillsStep: "pills",
    FilesStep: "files",
}
"""What tells the members of a union apart in stored documents; never change one that has been written."""

_UNKNOWN = object()

_T = TypeVar("_T")
_Reader = Callable[[Any], Any]


def timestamp(value: datetime) -> str:
    """RFC 3339 in UTC with microseconds always, so that the order of the texts is that of the moments."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """What `timestamp` wrote."""
    return datetime.fromisoformat(text)


def to_document(value: Any) -> Any:
    """A dataclass (or a part of one) as JSON values."""
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
    """The `kind` that `to_document` wrote; raises `StoreError` where a field without default is missing."""
    try:
        hint: Any = kind
        value: _T = _reader(hint)(document)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"A stored {kind.__name__} cannot be read") from error
    return value


def dump(document: Any) -> bytes:
    """A document as JSON text."""
    # Clients can send half a surrogate pair in a JSON escape, which plain UTF-8 refuses to encode.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def load(text: bytes) -> Any:
    """The document that `dump` wrote."""
    return json.loads(text.decode("utf-8", "surrogatepass"))


def pack(text: bytes, max_bytes: int | None = MAX_PACKED_BYTES) -> bytes:
    """A JSON text as it is stored, compressed where that pays; raises `StoreError` if it is too large.

    With `max_bytes` None the caller cuts the bytes into pieces.
    """
    packed = zlib.compress(text) if len(text) > _COMPRESS_ABOVE_BYTES else text
    if max_bytes is not None and len(packed) > max_bytes:
        raise StoreError(f"A document takes {len(packed)} bytes; at most {max_bytes} can be stored")
    return packed


def unpack(packed: bytes) -> bytes:
    """The text that `pack` took: JSON starts with a bracket, zlib's stream with an `x`."""
    return zlib.decompress(packed) if packed.startswith(b"x") else packed


_SCALARS: dict[Any, _Reader] = {datetime: moment, Decimal: Decimal}
"""What has no form of its own in JSON, by how its text is read."""


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
    return _as_it_is


def _fields_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    left_out_as_none = {
        field.name: None
        for field in fields(kind)
        if field.default is MISSING and type(None) in get_args(hints[field.name])
    }

    def read(document: Any) -> Any:
        known = {name: reader(document[name]) for name, reader in readers.items() if name in document}
        return kind(**{**left_out_as_none, **known})

    return read


def _tuple_reader(read_part: _Reader) -> _Reader:
    return lambda parts: tuple(read for part in parts if (read := read_part(part)) is not _UNKNOWN)


def _union_reader(members: tuple[Any, ...]) -> _Reader:
    if len(members) == 1:
        return _reader(members[0])
    by_tag = {_TAGS[member]: _reader(member) for member in members if member in _TAGS}
    if not by_tag:
        return _as_it_is

    def read(document: Any) -> Any:
        reader = by_tag.get(document[_TAG])
        return _UNKNOWN if reader is None else reader(document)

    return read


def _as_it_is(value: Any) -> Any:
    return value
