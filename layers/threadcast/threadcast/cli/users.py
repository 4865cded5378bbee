"""The command that erases everything of a user."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from threadcast.assets.columns.number_format import counted
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
from threadcast.cli.running_turns import StopAndWait
from threadcast.cli.table.stores import Stores
from threadcast.domain.access import Principal
from threadcast.domain.asset import Asset
from threadcast.ports import PersonalData

__all__ = ["Erasure"]

Confirm = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Erasure:
    """Erases what is stored about a user; `new_owner` receives the assets that others may see."""

    stores: Stores
    user: Principal
    new_owner: Principal | None

    def preview(self, out: Output) -> None:
        """Print what would be erased."""
        data = self.stores.personal_data.find(self.user.id)
        out.result(_report(data, remaining=None), _lines(data, "Would erase"))

    def run(self, stop: StopAndWait, confirm: Confirm, out: Output) -> None:
        """Erase it after a confirmation, read everything once more, and print both counts.

        Raises `CommandFailed` where others may see assets of the user and there is no new owner, where an
        answer does not end, and where anything is left.
        """
        personal_data = self.stores.personal_data
        data = personal_data.find(self.user.id)
        shared = self._shared(data)
        if not confirm("\n".join([*_lines(data, "Will erase"), "Erase all of this? [y/N] "])):
            raise CommandFailed("Nothing was erased.")
        answering = {message.chat_id for message in data.messages if message.outcome is None}
        stop(self.stores, {chat.id for chat in data.chats} | answering)
        self._give_away(shared)
        data = personal_data.find(self.user.id)  # with what was written meanwhile
        personal_data.erase(data)
        remaining = personal_data.mentions(self.user.id)
        out.result(_report(data, remaining), [*_lines(data, "Erased"), *_verified(remaining)])
        if remaining:
            raise CommandFailed(
                f"The user's id is still in {counted(remaining, 'item')}; is the user still active?"
            )

    def _shared(self, data: PersonalData) -> list[Asset]:
        """Return the user's assets on which others hold a role; they need a new owner."""
        shared = [asset for asset in data.assets if len(self.stores.assets.grants(asset.id)) > 1]
        if shared and self.new_owner is None:
            lines = [f"  {asset.id}  {asset.name}" for asset in shared]
            raise CommandFailed(
                f"Nothing was erased: others may see {counted(len(shared), 'asset')} of this user.",
                *lines,
                "Give them a new owner: --assets-to USER; or delete them first.",
            )
        return shared

    def _give_away(self, assets: list[Asset]) -> None:
        for asset in assets:
            if self.new_owner is not None:
                table = self.stores.asset_rows.rows(asset.id)
                self.stores.assets.save(replace(asset, owner_id=self.new_owner.id, owner_name=None), table)


def _report(data: PersonalData, remaining: int | None) -> dict[str, object]:
    counts = {name.replace(" ", "_"): count for name, count in data.counts().items()}
    return {"user_id": data.user_id, "items": counts, "remaining": remaining}


def _lines(data: PersonalData, verb: str) -> list[str]:
    counts = [f"  {count:>6,}  {name}" for name, count in data.counts().items()]
    return [f"{verb} of the user {data.user_id}:", *counts]


def _verified(remaining: int) -> list[str]:
    return [] if remaining else ["Verified: no item in the table contains the user's id."]
