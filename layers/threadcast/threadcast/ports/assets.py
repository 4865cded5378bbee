"""Assets as chats read them and as operators keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, Self

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, AssetType, Table

__all__ = ["AssetGrants", "AssetLibrary", "AssetPage", "AssetPosition", "AssetStore"]


class AssetPosition(NamedTuple):
    """A place in a list of assets, which begins with the one that was edited last; a text too."""

    updated_at: datetime
    asset_id: str

    def __str__(self) -> str:
        return f"{self.updated_at.isoformat()}#{self.asset_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the place with this text; raises `ValueError`."""
        written, separator, asset_id = text.partition("#")
        updated_at = datetime.fromisoformat(written)
        if not separator or updated_at.utcoffset() != timedelta():
            raise ValueError(text)
        return cls(updated_at, asset_id)


@dataclass(frozen=True, slots=True)
class AssetPage:
    """A part of a list of assets, each with the user's role; `last` is where the next part begins.

    `last` is None at the end of the list. A page may hold fewer assets than were asked for, even none.
    """

    assets: tuple[tuple[Asset, Role], ...]
    last: AssetPosition | None = None


class AssetStore(Protocol):
    """Assets as a chat reads them. Raises `StoreUnavailable`."""

    def find(
        self, asset_ids: Sequence[str], principals: Sequence[Principal]
    ) -> Mapping[str, tuple[Asset, Role]]:
        """Assets by id, each with the strongest role that any of the principals holds on it.

        Those on which they hold none are left out like those that do not exist, for the same reads and the
        same work.
        """
        ...

    def page(
        self,
        asset_type: AssetType,
        principals: Sequence[Principal],
        *,
        after: AssetPosition | None = None,
        skip: int = 0,
        limit: int,
    ) -> AssetPage:
        """Return the assets of a type on which any of the principals holds a role, those edited last first.

        The page begins behind `after`, and leaves out `skip` more. The list may lag a moment behind; roles
        are those that are stored. An asset that is saved while pages are read may be in two of them, or in
        none.
        """
        ...

    def rows(self, asset_id: str) -> Table | None:
        """The rows behind a metric; None if it has none."""
        ...


class AssetGrants(Protocol):
    """Who may do what with an asset, as an operator keeps it. Raises `StoreUnavailable`."""

    def grants(self, asset_id: str) -> tuple[Grant, ...]:
        """Who holds which role on it."""
        ...

    def grant(self, asset_id: str, grant: Grant) -> None:
        """Give a role, in place of the one that this principal held."""
        ...

    def revoke(self, asset_id: str, principal: Principal) -> None:
        """Take away whatever role the principal holds."""
        ...


class AssetLibrary(AssetGrants, Protocol):
    """Assets as an operator (or an agent's tool) keeps them. Raises `StoreUnavailable`."""

    def save(self, asset: Asset, table: Table | None) -> None:
        """Store an asset with its rows, in place of a former one; its owner gets the role `owner`."""
        ...

    def delete(self, asset_id: str) -> None:
        """Remove an asset with its rows and every role on it; one that does not exist is fine."""
        ...

    def all(self) -> tuple[Asset, ...]:
        """Every asset, by name."""
        ...

    def relist(self, asset: Asset) -> None:
        """Put a stored asset at its place in the list of everyone with a role on it, if it is not there."""
        ...
