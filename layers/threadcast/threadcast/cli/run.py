"""One command, from its arguments to its exit code, over whatever library it is given."""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TextIO

from threadcast.cli import assets, error_messages, grantees
from threadcast.cli.arguments import parsed
from threadcast.cli.command_failed import Refusal
from threadcast.cli.output import Terminal
from threadcast.domain.access import Grant, Principal
from threadcast.errors import StoreError
from threadcast.ports import AssetLibrary

__all__ = ["run"]

_DONE, _FAILED = 0, 1


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    open_library: Callable[[Namespace, Mapping[str, str]], AssetLibrary],
    *,
    confirm: Callable[[str], bool],
    now: datetime,
    out: TextIO,
    err: TextIO,
) -> int:
    """Do what the arguments ask for; 0: done, 1: refused or failed, with lines on `err` that say why.

    `confirm` asks the operator a question and raises `Refusal` where nobody can be asked. Arguments that make
    no sense end in `SystemExit(2)`, as `argparse` does it.
    """
    asked = parsed(arguments, environment)
    try:
        _do(asked, lambda: open_library(asked, environment), confirm, now, Terminal(out))
    except Refusal as refusal:
        Terminal(err).write(f"{refusal}\n")
    except StoreError as error:
        Terminal(err).write(f"{error_messages.told(error, asked)}\n")
    else:
        return _DONE
    return _FAILED


def _do(
    asked: Namespace,
    library: Callable[[], AssetLibrary],
    confirm: Callable[[str], bool],
    now: datetime,
    out: Terminal,
) -> None:
    match asked.command:
        case "load":
            owner = _principal("user", asked.owner, asked.issuer, out)
            organizations = [grantees.organization(name) for name in asked.organizations]
            assets.load_folder(library(), asked.folder, owner, organizations, now=now, out=out)
        case "list":
            assets.list_assets(library(), out=out)
        case "show":
            assets.show_asset(library(), asked.id, out=out)
        case "grants":
            assets.show_grants(library(), asked.id, out=out)
        case "grant":
            holder = _principal(asked.kind, asked.principal, asked.issuer, out)
            assets.grant_role(library(), asked.id, Grant(holder, asked.role), out=out)
        case "revoke":
            holder = _principal(asked.kind, asked.principal, asked.issuer, out)
            assets.revoke_role(library(), asked.id, holder, out=out)
        case _:
            agreed = (lambda _: True) if asked.yes else confirm
            assets.delete_asset(library(), asked.id, agreed, out=out)


def _principal(kind: Literal["user", "org"], text: str, issuer: str | None, out: Terminal) -> Principal:
    """Whoever is meant; a subject that became another id is told."""
    holder = grantees.principal(kind, text, issuer)
    if holder.id != text.strip().lower() and kind == "user":
        out.write(f"{text.strip()!r} of {issuer} is the user {holder.id}.\n")
    return holder
