"""The command line: which commands there are and what they take."""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Mapping
from pathlib import Path

from threadcast.asset_types.checks import is_uuid
from threadcast.domain.access import Role

__all__ = ["command_line"]


def command_line(environment: Mapping[str, str]) -> ArgumentParser:
    """The parser; where an option is absent, `environment` (TABLE_NAME, AWS_REGION) may give it."""
    parser = ArgumentParser("threadcast", description="Keep the assets that people chat about.")
    areas = parser.add_subparsers(dest="area", required=True, metavar="AREA")
    assets = areas.add_parser("assets", help="load, show and share assets")
    commands = assets.add_subparsers(dest="command", required=True, metavar="COMMAND")
    where = _table_options(environment)

    load = commands.add_parser(
        "load", parents=[where], help="store a folder of YAML definitions and CSV files"
    )
    load.add_argument(
        "folder", type=Path, help="definitions (*.yaml), with the CSV files they name beside them"
    )
    load.add_argument("--owner", type=_uuid, required=True, metavar="USER_ID", help="the user who owns them")
    load.add_argument(
        "--owner-organization",
        dest="organizations",
        action="append",
        default=[],
        metavar="ORG_ID",
        help="let everybody of this organisation view them; may be given several times",
    )
    commands.add_parser("list", parents=[where], help="list all assets")
    for name, text in (
        ("show", "show an asset's definition"),
        ("grants", "show who may do what with an asset"),
    ):
        commands.add_parser(name, parents=[where], help=text).add_argument("id", type=_uuid, metavar="ID")
    _add_role_commands(commands, where)
    return parser


def _add_role_commands(commands: "_SubParsersAction[ArgumentParser]", where: ArgumentParser) -> None:
    grant = commands.add_parser(
        "grant", parents=[where], help="give somebody a role, in place of a former one"
    )
    revoke = commands.add_parser("revoke", parents=[where], help="take somebody's role away")
    for command in (grant, revoke):
        command.add_argument("id", type=_uuid, metavar="ID")
        command.add_argument(
            "kind", choices=["user", "org"], help="one user, or everybody of an organisation"
        )
        command.add_argument("principal", metavar="WHO", help="the id of the user or the organisation")
    grant.add_argument("role", type=_role, metavar="ROLE", help=", ".join(Role))


def _table_options(environment: Mapping[str, str]) -> ArgumentParser:
    options = ArgumentParser(add_help=False)
    table = environment.get("TABLE_NAME") or None
    options.add_argument(
        "--table", default=table, required=table is None, help="the table's name; default: TABLE_NAME"
    )
    options.add_argument("--endpoint", metavar="URL", help="DynamoDB's address; default: AWS's own")
    options.add_argument(
        "--region", default=environment.get("AWS_REGION") or None, help="default: AWS_REGION"
    )
    return options


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ArgumentTypeError(f"{text!r} is not a UUID")
    return text.lower()


def _role(text: str) -> Role:
    if text not in list(Role):
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join(Role)}")
    return Role(text)
