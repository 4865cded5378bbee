"""Answers searches over the names and descriptions of the assets that a user may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import principals_of
from threadcast.domain.asset import Asset
from threadcast.ports import AssetStore
from threadcast.turns.assets.commands import SearchAssetsRequest
from threadcast.turns.request_context import RequestContext

__all__ = ["SEARCHED_ASSETS", "AssetMatches", "SearchAssets", "description_of"]

SEARCHED_ASSETS = 100
"""How many assets of each type are searched, those edited last: each costs a read unit for each principal."""


@dataclass(frozen=True, slots=True)
class AssetMatches:
    """The assets that match a query, the best ones first, each with a text of its description."""

    found: tuple[tuple[Asset, str], ...]


class SearchAssets:
    """The use case of `/search`."""

    def __init__(self, assets: AssetStore, retry: StoreRetry) -> None:
        self._assets = assets
        self._retry = retry

    def serve(self, request: SearchAssetsRequest, context: RequestContext) -> Iterator[AssetMatches]:
        """Yield the matches; raises `StoreUnavailable`.

        An asset matches if each word of the query begins a word of its name or its description, in any
        letter case. Assets with more of the words in their names come first, then those edited last.
        """
        words = request.query.casefold().split()
        ranked = [
            (sum(_begins_a_word(word, asset.name.casefold()) for word in words), asset.updated_at, asset)
            for asset in self._visible(request, context)
            if _matches(words, asset)
        ]
        ranked.sort(key=lambda match: match[:2], reverse=True)
        yield AssetMatches(tuple((asset, description_of(asset)) for _, _, asset in ranked[: request.limit]))

    def _visible(self, request: SearchAssetsRequest, context: RequestContext) -> Iterator[Asset]:
        principals = principals_of(context.user)
        for asset_type in request.types:
            newest = partial(self._assets.page, asset_type, principals, limit=SEARCHED_ASSETS)
            yield from (asset for asset, _ in self._retry(newest).assets)


def description_of(asset: Asset) -> str:
    """Return the description of an asset in one line; empty without one."""
    description = asset.definition.get("description")
    return " ".join(description.split()) if isinstance(description, str) else ""


def _matches(words: Sequence[str], asset: Asset) -> bool:
    text = f"{asset.name} {description_of(asset)}".casefold()
    return all(_begins_a_word(word, text) for word in words)


def _begins_a_word(word: str, text: str) -> bool:
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum() and word[0].isalnum():
        at = text.find(word, at + 1)
    return at >= 0
