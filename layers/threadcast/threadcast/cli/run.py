"""Runs one command, from its arguments to its exit code."""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TextIO

from threadcast.cli import assets, error_messages, grantees
from threadcast.cli.arguments import parse_arguments
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
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
    """Run the command in the arguments; return 0 for success, 1 for a failure, with its reason on `err`.

    `confirm` asks the operator a question, and raises `CommandFailed` without a terminal. Invalid arguments
    raise `SystemExit(2)`, as in `argparse`.
    """
    options = parse_arguments(arguments, environment)
    try:
        _dispatch(options, lambda: open_library(options, environment), confirm, now, Output(out))
    except CommandFailed as failure:
        Output(err).write(f"{failure}\n")
    except StoreError as error:
        Output(err).write(f"{error_messages.error_message(error, options)}\n")
    else:
        return _DONE
    return _FAILED


def _dispatch(
    options: Namespace,
    library: Callable[[], AssetLibrary],
    confirm: Callable[[str], bool],
    now: datetime,
    out: Output,
) -> None:
    match options.command:
        case "load":
            owner = _principal("user", options.owner, options.issuer, out)
            organizations = [grantees.organization(name) for name in options.organizations]
            nulls = options.null_tokens
            assets.load_folder(library(), options.folder, owner, organizations, nulls, now=now, out=out)
        case "list":
            assets.list_assets(library(), out=out)
        case "show":
            assets.show_asset(library(), options.id, out=out)
        case "grants":
            assets.show_grants(library(), options.id, out=out)
        case "grant":
            holder = _principal(options.kind, options.principal, options.issuer, out)
            assets.grant_role(library(), options.id, Grant(holder, options.role), out=out)
        case "revoke":
            holder = _principal(options.kind, options.principal, options.issuer, out)
            assets.revoke_role(library(), options.id, holder, out=out)
        case _:
            agreed = (lambda _: True) if options.yes else confirm
            assets.delete_asset(library(), options.id, agreed, out=out)


def _principal(kind: Literal["user", "org"], text: str, issuer: str | None, out: Output) -> Principal:
    """Return the principal; print a user's id that was derived from an issuer's subject."""
    holder = grantees.principal(kind, text, issuer)
    if holder.id != text.strip().lower() and kind == "user":
        out.write(f"{text.strip()!r} of {issuer} is the user {holder.id}.\n")
    return holder
