"""The arguments of the command `threadcast`."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.domain.access import Role

__all__ = ["GRANTABLE", "parse_arguments"]

GRANTABLE = tuple(role for role in Role if role is not Role.OWNER)
"""Roles that `grant` can give; the owner is set by `load`."""

_NO_TABLE = (
    "which table? Give --table NAME or set TABLE_NAME. `make demo` prints the local one under “Still up”; "
    "on AWS it is the stack's output TableName."
)


def parse_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Namespace:
    """Return the parsed arguments; invalid ones raise `SystemExit(2)`, as in `argparse`.

    `environment` may contain the table's name: TABLE_NAME.
    """
    options = _command_line(environment).parse_args(arguments)
    if not options.table:
        options.parser.error(_NO_TABLE)
    return options


def _command_line(environment: Mapping[str, str]) -> ArgumentParser:
    parser = ArgumentParser(
        "threadcast", description="Keep the assets that people chat about (docs/assets.md)."
    )
    areas = parser.add_subparsers(dest="area", required=True, metavar="AREA")
    assets = areas.add_parser("assets", help="load, show, share and delete assets")
    commands = assets.add_subparsers(dest="command", required=True, metavar="COMMAND")
    where, issuer = _table_options(environment), _issuer_option()
    _add_load(commands, [where, issuer])
    _add(commands, "list", "list all assets", [where])
    for name, text in (
        ("show", "show an asset's definition"),
        ("grants", "show who may do what with an asset"),
    ):
        _add(commands, name, text, [where]).add_argument("id", type=_uuid, metavar="ID")
    _add_role_commands(commands, [where, issuer])
    _add_delete(commands, [where])
    return parser


def _add(
    commands: "_SubParsersAction[ArgumentParser]", name: str, text: str, parents: Sequence[ArgumentParser]
) -> ArgumentParser:
    command = commands.add_parser(name, parents=list(parents), help=text, description=text)
    command.set_defaults(parser=command)
    return command


def _add_load(commands: "_SubParsersAction[ArgumentParser]", parents: Sequence[ArgumentParser]) -> None:
    load = _add(commands, "load", "store a folder of YAML definitions and CSV files", parents)
    load.add_argument(
        "folder", type=Path, help="definitions (*.yaml), with the CSV files they name beside them"
    )
    load.add_argument("--owner", required=True, metavar="USER", help="who owns them: a user's UUID")
    load.add_argument(
        "--owner-organization",
        dest="organizations",
        action="append",
        default=[],
        metavar="ORG",
        help="let everybody of this organisation view them; may be given several times",
    )


def _add_role_commands(
    commands: "_SubParsersAction[ArgumentParser]", parents: Sequence[ArgumentParser]
) -> None:
    grant = _add(commands, "grant", "give somebody a role, in place of a former one", parents)
    revoke = _add(commands, "revoke", "take somebody's role away", parents)
    for command in (grant, revoke):
        command.add_argument("id", type=_uuid, metavar="ID")
        command.add_argument(
            "kind", choices=["user", "org"], help="one user, or everybody of an organisation"
        )
        command.add_argument(
            "principal", metavar="WHO", help="a user's UUID, or an organisation as tokens name it"
        )
    grant.add_argument("role", type=_role, metavar="ROLE", help=", ".join(GRANTABLE))


def _add_delete(commands: "_SubParsersAction[ArgumentParser]", parents: Sequence[ArgumentParser]) -> None:
    delete = _add(commands, "delete", "remove an asset with its rows and every role on it", parents)
    delete.add_argument("id", type=_uuid, metavar="ID")
    delete.add_argument("--yes", action="store_true", help="don't ask")


def _table_options(environment: Mapping[str, str]) -> ArgumentParser:
    options = ArgumentParser(add_help=False)
    options.add_argument(
        "--table",
        metavar="NAME",
        default=environment.get("TABLE_NAME") or None,
        help="the table's name; default: what TABLE_NAME says",
    )
    options.add_argument(
        "--endpoint",
        type=_address,
        metavar="URL",
        help="DynamoDB's address; default: AWS's own. One on this machine needs no AWS configuration",
    )
    options.add_argument(
        "--region",
        default=None,
        help="default: what AWS_REGION or the AWS profile says; on this machine us-east-1",
    )
    return options


def _issuer_option() -> ArgumentParser:
    option = ArgumentParser(add_help=False)
    option.add_argument(
        "--issuer",
        metavar="ISSUER",
        help="what tokens say in `iss`: the user may then be given as they say it in `sub`",
    )
    return option


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ArgumentTypeError(f"{text!r} is not a UUID")
    return text.lower()


def _address(text: str) -> str:
    try:
        address = urlsplit(text)
        is_one = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is none
        is_one = False
    if not is_one:
        raise ArgumentTypeError(f"{text!r} is not an address like http://127.0.0.1:8000")
    return text


def _role(text: str) -> Role:
    if text == Role.OWNER:
        raise ArgumentTypeError("an asset has one owner, whom `assets load --owner` names")
    if text not in GRANTABLE:
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join(GRANTABLE)}")
    return Role(text)
