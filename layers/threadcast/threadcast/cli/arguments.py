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
        "threadcast", description="Manage the assets that chats are about (docs/assets.md)."
    )
    areas = parser.add_subparsers(dest="area", required=True, metavar="AREA")
    assets = areas.add_parser("assets", help="load, show, share and delete assets")
    commands = assets.add_subparsers(dest="command", required=True, metavar="COMMAND")
    where, issuer = _table_options(environment), _issuer_option()
    _add_load(commands, [where, issuer])
    _add(commands, "list", "list all assets", [where])
    for name, text in (
        ("show", "show an asset's definition"),
        ("grants", "show the roles on an asset"),
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
    load.add_argument("--owner", required=True, metavar="USER", help="the owner: a user's UUID")
    load.add_argument(
        "--owner-organization",
        dest="organizations",
        action="append",
        default=[],
        metavar="ORG",
        help="an organisation that gets can_view on them; can be repeated",
    )
    load.add_argument(
        "--null",
        dest="null_tokens",
        action="append",
        default=[],
        metavar="TEXT",
        help="a text that stands for a missing value, such as NA; can be repeated",
    )


def _add_role_commands(
    commands: "_SubParsersAction[ArgumentParser]", parents: Sequence[ArgumentParser]
) -> None:
    grant = _add(commands, "grant", "grant a role, replacing a former one", parents)
    revoke = _add(commands, "revoke", "revoke a role", parents)
    for command in (grant, revoke):
        command.add_argument("id", type=_uuid, metavar="ID")
        command.add_argument("kind", choices=["user", "org"], help="a user, or an organisation")
        command.add_argument(
            "principal", metavar="WHO", help="a user's UUID, or an organisation as in tokens"
        )
    grant.add_argument("role", type=_role, metavar="ROLE", help=", ".join(GRANTABLE))


def _add_delete(commands: "_SubParsersAction[ArgumentParser]", parents: Sequence[ArgumentParser]) -> None:
    delete = _add(commands, "delete", "remove an asset with its rows and every role on it", parents)
    delete.add_argument("id", type=_uuid, metavar="ID")
    delete.add_argument("--yes", action="store_true", help="skip the confirmation")


def _table_options(environment: Mapping[str, str]) -> ArgumentParser:
    options = ArgumentParser(add_help=False)
    options.add_argument(
        "--table",
        metavar="NAME",
        default=environment.get("TABLE_NAME") or None,
        help="the table's name; default: TABLE_NAME",
    )
    options.add_argument(
        "--endpoint",
        type=_address,
        metavar="URL",
        help="DynamoDB's address; default: AWS's own. A local one needs no AWS configuration",
    )
    options.add_argument(
        "--region",
        default=None,
        help="default: AWS_REGION or the AWS profile's; for a local endpoint us-east-1",
    )
    return options


def _issuer_option() -> ArgumentParser:
    option = ArgumentParser(add_help=False)
    option.add_argument(
        "--issuer",
        metavar="ISSUER",
        help="the `iss` of tokens: users are then given by their `sub`",
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
