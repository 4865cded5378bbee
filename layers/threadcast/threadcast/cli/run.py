"""One command, from its arguments to its exit code, over whatever library it is given."""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TextIO

from threadcast.cli import assets
from threadcast.cli.arguments import command_line
from threadcast.domain.access import Grant, Principal
from threadcast.errors import StoreError, StoreUnavailable
from threadcast.ports import AssetLibrary

__all__ = ["run"]

_FAILED = 1


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    open_library: Callable[[Namespace], AssetLibrary],
    *,
    now: datetime,
    out: TextIO,
) -> int:
    """Do what the arguments ask for; 0: done, 1: refused or failed, with a sentence that says why.

    Arguments that make no sense end in `SystemExit(2)`, as `argparse` does it.
    """
    asked = command_line(environment).parse_args(arguments)
    try:
        return _done(asked, open_library(asked), now, out)
    except StoreUnavailable as error:
        out.write(f"The table {asked.table} cannot be reached now ({error}); try again.\n")
    except StoreError as error:
        out.write(f"The table {asked.table} refused: {error}. Is the table, region or endpoint right?\n")
    return _FAILED


def _done(asked: Namespace, library: AssetLibrary, now: datetime, out: TextIO) -> int:
    match asked.command:
        case "load":
            owner, organizations = asked.owner, asked.organizations
            return assets.load_folder(library, asked.folder, owner, organizations, now=now, out=out)
        case "list":
            return assets.list_assets(library, out=out)
        case "show":
            return assets.show_asset(library, asked.id, out=out)
        case "grants":
            return assets.show_grants(library, asked.id, out=out)
        case "grant":
            grant = Grant(Principal(asked.kind, asked.principal), asked.role)
            return assets.grant_role(library, asked.id, grant, out=out)
        case _:
            return assets.revoke_role(library, asked.id, Principal(asked.kind, asked.principal), out=out)
