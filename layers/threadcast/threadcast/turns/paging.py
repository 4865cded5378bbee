"""Pages of long lists: what a client asks for, and what a use case returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["DEFAULT_PAGE_SIZE", "MAX_PAGE_SIZE", "Page", "PageRequest", "page_of"]

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for at most `size` items, after the position `after` (None: from the first).

    `skip` items are left out first: the paging by numbers of older clients.
    """

    size: int = DEFAULT_PAGE_SIZE
    after: str | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """Items of a list in its order, each with its position, and where the next page begins.

    A position is a text that sorts the list; the next page begins after `end`, None where this one is the
    last. A page may be short, or empty, and not be the last.
    """

    items: tuple[tuple[str, _Item], ...]
    end: str | None = None


def page_of(items: Iterable[tuple[str, _Item]], request: PageRequest) -> Page[_Item]:
    """Return the first page of items that are already those after `request.after`, with their positions."""
    found = tuple(islice(items, request.skip, request.skip + request.size + 1))
    page = found[: request.size]
    return Page(page, page[-1][0] if len(found) > len(page) else None)
