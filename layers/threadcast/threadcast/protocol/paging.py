"""Paging in requests and frames: numbers or opaque cursors in, as many items as fit a frame out."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, ValidationInfo

from threadcast.errors import BadRequest
from threadcast.protocol.payload_fields import Payload, fault
from threadcast.protocol.types.value_types import MAX_CURSOR_CHARACTERS, MAX_PAGE_NUMBER
from threadcast.turns.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, PageRequest

__all__ = ["PageFields", "PagePayload", "page_payload", "page_request"]

_ENVELOPE_BYTES: Final = 1_024
"""The most that a frame holds around a list: route, request id and cursor."""

_Item = TypeVar("_Item")


def _number(low: int, high: int) -> BeforeValidator:
    def check(value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise fault("shape", f"{info.field_name} must be a whole number from {low} to {high}")
        return value

    return BeforeValidator(check)


def _cursor(value: Any) -> str | None:
    """Return the position in a cursor."""
    if value is None:
        return None
    if isinstance(value, str) and 0 < len(value) <= MAX_CURSOR_CHARACTERS:
        try:
            return base64.b64decode(value, altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            pass
    raise fault("identifier", "cursor must be the next_cursor of an earlier answer")


class PageFields(Payload):
    """The fields of a request for a page; the payload of a list with more fields is a subclass."""

    page_token: Annotated[int | None, _number(0, MAX_PAGE_NUMBER)] = None
    page_size: Annotated[int | None, _number(1, MAX_PAGE_SIZE)] = None
    cursor: Annotated[str | None, BeforeValidator(_cursor)] = None


def page_request(fields: PageFields) -> PageRequest:
    """Return the page that the fields ask for; raises `BadRequest`."""
    size = fields.page_size or DEFAULT_PAGE_SIZE
    if fields.cursor is not None and fields.page_token:
        raise BadRequest("cursor cannot be combined with a page_token above 0")
    return PageRequest(size, fields.cursor, size * (fields.page_token or 0))


@dataclass(frozen=True, slots=True)
class PagePayload:
    """The payload of a list's frame, and the cursor that the frame has beside it."""

    items: list[Any]
    next_cursor: str | None


def page_payload(item: Callable[[_Item], Any]) -> Callable[[Page[_Item], int], PagePayload]:
    """Return what makes a page's payload: as many items as fit, at least one, and the next page's cursor."""

    def payload(page: Page[_Item], max_bytes: int) -> PagePayload:
        left_bytes = max_bytes - _ENVELOPE_BYTES
        fitting: list[Any] = []
        end = page.end
        for index, (_, value) in enumerate(page.items):
            made = item(value)
            left_bytes -= len(json.dumps(made, ensure_ascii=False).encode()) + 1
            if fitting and left_bytes < 0:
                end = page.items[index - 1][0]
                break
            fitting.append(made)
        return PagePayload(fitting, None if end is None else _encoded(end))

    return payload


def _encoded(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode()
