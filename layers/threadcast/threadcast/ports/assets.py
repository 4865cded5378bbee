"""Assets as chats read them and as operators keep them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, Table

__all__ = ["AssetGrants", "AssetLibrary", "AssetStore"]


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
