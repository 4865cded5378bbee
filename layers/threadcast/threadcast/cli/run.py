"""Runs one command, from its arguments to its exit code."""

import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, TextIO

from threadcast.cli import assets, chats, error_messages, grantees
from threadcast.cli.arguments import parse_arguments
from threadcast.cli.budgets import BudgetChange, show_budget
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.feedback import list_feedback
from threadcast.cli.output import Output
from threadcast.cli.running_turns import StopAndWait, list_open_turns
from threadcast.cli.table.stores import Stores
from threadcast.cli.users import Erasure
from threadcast.domain.access import Grant, Principal
from threadcast.errors import StoreError

__all__ = ["run"]

_DONE, _FAILED = 0, 1


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    open_stores: Callable[[Namespace, Mapping[str, str]], Stores],
    *,
    confirm: Callable[[str], bool],
    now: datetime,
    out: TextIO,
    err: TextIO,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Run the command in the arguments; return 0 for success, 1 for a failure, with its reason on `err`.

    `confirm` asks the operator a question, and raises `CommandFailed` without a terminal. Invalid arguments
    raise `SystemExit(2)`, as in `argparse`.
    """
    options = parse_arguments(arguments, environment)
    result = Output(out, as_json=options.json)
    command = _Command(options, lambda: open_stores(options, environment), confirm, now, pause, result)
    try:
        command.run()
    except CommandFailed as failure:
        Output(err).write(f"{failure}\n")
    except StoreError as error:
        Output(err).write(f"{error_messages.error_message(error, options)}\n")
    else:
        return _DONE
    return _FAILED


@dataclass(frozen=True)
class _Command:
    """One command; the table is opened on first use, after the arguments were checked."""

    options: Namespace
    open_stores: Callable[[], Stores]
    ask: Callable[[str], bool]
    now: datetime
    pause: Callable[[float], None]
    out: Output

    @cached_property
    def stores(self) -> Stores:
        return self.open_stores()

    def run(self) -> None:
        getattr(self, f"_{self.options.area}_{self.options.command}")()

    def confirm(self, question: str) -> bool:
        return self.options.yes or self.ask(question)

    def _assets_load(self) -> None:
        owner = self._principal("user", self.options.owner)
        organizations = [grantees.organization(name) for name in self.options.organizations]
        assets.load_folder(
            self.stores.assets,
            self.options.folder,
            owner,
            organizations,
            self.options.null_tokens,
            owner_name=self.options.owner_name,
            now=self.now,
            out=self.out,
        )

    def _assets_list(self) -> None:
        assets.list_assets(self.stores.assets, out=self.out)

    def _assets_relist(self) -> None:
        assets.relist_assets(self.stores.assets, out=self.out)

    def _assets_show(self) -> None:
        assets.show_asset(self.stores.assets, self.options.id, out=self.out)

    def _assets_grants(self) -> None:
        assets.show_grants(self.stores.assets, self.options.id, out=self.out)

    def _assets_grant(self) -> None:
        holder = self._principal(self.options.kind, self.options.principal)
        grant = Grant(holder, self.options.role)
        assets.grant_role(self.stores.assets, self.options.id, grant, out=self.out)

    def _assets_revoke(self) -> None:
        holder = self._principal(self.options.kind, self.options.principal)
        assets.revoke_role(self.stores.assets, self.options.id, holder, out=self.out)

    def _assets_delete(self) -> None:
        assets.delete_asset(self.stores.assets, self.options.id, self.confirm, out=self.out)

    def _chats_list(self) -> None:
        user = self.options.user
        owner_id = None if user is None else self._principal("user", user).id
        chats.list_chats(self.stores, owner_id, out=self.out)

    def _chats_show(self) -> None:
        chats.show_chat(self.stores, self.options.id, with_texts=self.options.texts, out=self.out)

    def _chats_delete(self) -> None:
        stop = StopAndWait(self.pause)
        chats.delete_chat(self.stores, self.options.id, stop, self.confirm, out=self.out)

    def _feedback_list(self) -> None:
        options = self.options
        list_feedback(self.stores, options.asset, with_texts=options.texts, as_csv=options.csv, out=self.out)

    def _users_budget(self) -> None:
        user, given = self._principal("user", self.options.user), self.options
        change = BudgetChange(given.tokens, given.usd, given.reset)
        show_budget(self.stores.usage, user, change, now=self.now, out=self.out)

    def _users_forget(self) -> None:
        user, heir = self._principal("user", self.options.user), self.options.assets_to
        new_owner = None if heir is None else self._principal("user", heir)
        erasure = Erasure(self.stores, user, new_owner)
        if self.options.dry_run:
            erasure.preview(self.out)
        else:
            erasure.run(StopAndWait(self.pause), self.confirm, self.out)

    def _turns_open(self) -> None:
        list_open_turns(self.stores, now=self.now, out=self.out)

    def _principal(self, kind: Literal["user", "org"], text: str) -> Principal:
        """Return the principal; print a user's id that was derived from an issuer's subject."""
        holder = grantees.principal(kind, text, self.options.issuer)
        if holder.id != text.strip().lower() and kind == "user":
            self.out.note(f"{text.strip()!r} of {self.options.issuer} is the user {holder.id}.")
        return holder
