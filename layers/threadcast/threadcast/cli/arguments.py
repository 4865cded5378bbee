"""The arguments of the command `threadcast`."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from threadcast.cli.argument_types import GRANTABLE, address, dollars, natural, role, uuid

__all__ = ["parse_arguments"]

_Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"


def parse_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Namespace:
    """Return the parsed arguments; invalid ones raise `SystemExit(2)`, as in `argparse`.

    `environment` may contain the table's name: TABLE_NAME.
    """
    return _command_line(environment).parse_args(arguments)


def _command_line(environment: Mapping[str, str]) -> ArgumentParser:
    parser = ArgumentParser(
        "threadcast", description="Operate a stack: its assets, chats, users and turns (docs/operator.md)."
    )
    areas = parser.add_subparsers(dest="area", required=True, metavar="AREA")
    common, issuer = _common_options(environment), _issuer_option()
    _add_assets(_add_area(areas, "assets", "load, show, share and delete assets"), common, issuer)
    _add_chats(_add_area(areas, "chats", "list, show and delete chats"), common, issuer)
    _add_users(_add_area(areas, "users", "set a user's budget, erase everything of a user"), common, issuer)
    _add_feedback(areas, common)
    turns = _add_area(areas, "turns", "show the turns that run")
    _add(turns, "open", "list the turns that have not ended, with their leases", [common])
    return parser


def _add_area(areas: _Commands, name: str, text: str) -> _Commands:
    area = areas.add_parser(name, help=text, description=text)
    return area.add_subparsers(dest="command", required=True, metavar="COMMAND")


def _add(commands: _Commands, name: str, text: str, parents: Sequence[ArgumentParser]) -> ArgumentParser:
    command = commands.add_parser(name, parents=list(parents), help=text, description=text)
    command.set_defaults(parser=command)
    return command


def _add_assets(commands: _Commands, common: ArgumentParser, issuer: ArgumentParser) -> None:
    _add_load(commands, [common, issuer])
    _add(commands, "list", "list all assets", [common])
    _add(commands, "relist", "complete users' lists after an upgrade from 0.1.0", [common])
    for name, text in (
        ("show", "show an asset's definition"),
        ("grants", "show the roles on an asset"),
    ):
        _add(commands, name, text, [common]).add_argument("id", type=uuid, metavar="ID")
    _add_role_commands(commands, [common, issuer])
    delete = _add(commands, "delete", "remove an asset with its rows and every role on it", [common])
    delete.add_argument("id", type=uuid, metavar="ID")
    _add_yes(delete)


def _add_chats(commands: _Commands, common: ArgumentParser, issuer: ArgumentParser) -> None:
    listing = _add(commands, "list", "list all chats, those changed last first", [common, issuer])
    listing.add_argument("--user", metavar="USER", help="only the chats that this user owns")
    show = _add(commands, "show", "show a chat's attributes and messages", [common])
    show.add_argument("id", type=uuid, metavar="ID")
    show.add_argument("--texts", action="store_true", help="print prompts and answers too")
    delete = _add(commands, "delete", "remove a chat with all of its messages", [common])
    delete.add_argument("id", type=uuid, metavar="ID")
    _add_yes(delete)


def _add_feedback(areas: _Commands, common: ArgumentParser) -> None:
    text = "list what users think of the answers about an asset"
    feedback = _add(areas, "feedback", text, [common])
    feedback.set_defaults(command="list")
    feedback.add_argument("--asset", required=True, type=uuid, metavar="ID", help="the asset's id")
    feedback.add_argument("--texts", action="store_true", help="print the questions too")
    feedback.add_argument("--csv", action="store_true", help="print the result as CSV")


def _add_users(commands: _Commands, common: ArgumentParser, issuer: ArgumentParser) -> None:
    budget = _add(commands, "budget", "show or set a user's budget of a month", [common, issuer])
    budget.add_argument("user", metavar="USER", help="the user's UUID")
    budget.add_argument("--tokens", type=natural, metavar="N", help="tokens a month; 0: no limit")
    budget.add_argument("--usd", type=dollars, metavar="X", help="US dollars a month; 0: no limit")
    budget.add_argument("--reset", action="store_true", help="return to the stack's default")
    forget = _add(commands, "forget", "erase everything that is stored about a user", [common, issuer])
    forget.add_argument("user", metavar="USER", help="the user's UUID")
    forget.add_argument(
        "--assets-to", metavar="USER", help="the new owner of the user's assets that others may see"
    )
    forget.add_argument("--dry-run", action="store_true", help="count what would be erased")
    _add_yes(forget)


def _add_load(commands: _Commands, parents: Sequence[ArgumentParser]) -> None:
    load = _add(commands, "load", "store a folder of YAML definitions and CSV files", parents)
    load.add_argument(
        "folder", type=Path, help="definitions (*.yaml), with the CSV files they name beside them"
    )
    load.add_argument("--owner", required=True, metavar="USER", help="the owner: a user's UUID")
    load.add_argument("--owner-name", metavar="NAME", help="the owner's name, as lists of assets show it")
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


def _add_role_commands(commands: _Commands, parents: Sequence[ArgumentParser]) -> None:
    grant = _add(commands, "grant", "grant a role, replacing a former one", parents)
    revoke = _add(commands, "revoke", "revoke a role", parents)
    for command in (grant, revoke):
        command.add_argument("id", type=uuid, metavar="ID")
        command.add_argument("kind", choices=["user", "org"], help="a user, or an organisation")
        command.add_argument(
            "principal", metavar="WHO", help="a user's UUID, or an organisation as in tokens"
        )
    grant.add_argument("role", type=role, metavar="ROLE", help=", ".join(GRANTABLE))


def _add_yes(command: ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="skip the confirmation")


def _common_options(environment: Mapping[str, str]) -> ArgumentParser:
    options = ArgumentParser(add_help=False)
    options.add_argument("--json", action="store_true", help="print the result as JSON")
    stack = options.add_mutually_exclusive_group()
    stack.add_argument("--stack", metavar="NAME", help="a stack on AWS; default: the one on this machine")
    stack.add_argument("--port", type=int, help="of the stack on this machine, where several run")
    stack.add_argument(
        "--table",
        metavar="NAME",
        default=environment.get("TABLE_NAME") or None,
        help="a table instead of a stack; default: TABLE_NAME",
    )
    options.add_argument(
        "--endpoint",
        type=address,
        metavar="URL",
        help="the address of DynamoDB, with --table; default: AWS's own",
    )
    options.add_argument("--region", default=None, help="default: AWS_REGION or the AWS profile's")
    return options


def _issuer_option() -> ArgumentParser:
    option = ArgumentParser(add_help=False)
    option.add_argument(
        "--issuer",
        metavar="ISSUER",
        help="the `iss` of tokens: users are then given by their `sub`",
    )
    return option
