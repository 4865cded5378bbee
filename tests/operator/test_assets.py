import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contracts.conftest import dynamodb  # noqa: F401 - a fixture
from tests.contracts.stores import Stores, dynamo_stores, memory_stores
from tests.samples.loaded import OWNER_ID, SAMPLES, context_of
from threadcast.cli.run import run
from threadcast.domain.access import Grant, Principal, Role
from threadcast.errors import StoreError, StoreUnavailable
from threadcast.ports import AssetLibrary

if TYPE_CHECKING:
    from argparse import Namespace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOB_ID = "b0b00000-0000-4000-8000-000000000002"
IOWA_ID = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
UNKNOWN_ID = "99999999-0000-4000-8000-000000000009"

Threadcast = Callable[..., tuple[int, list[str]]]


@pytest.fixture(params=["memory", "dynamo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return memory_stores()
    return dynamo_stores(request.getfixturevalue("dynamodb"))


@pytest.fixture
def threadcast(stores: Stores) -> Threadcast:
    """Runs a command over the stores; its exit code and what it printed."""

    def command(*arguments: str, now: datetime = NOON) -> tuple[int, list[str]]:
        return ran(arguments, lambda _: stores.library, now)

    return command


def ran(
    arguments: tuple[str, ...], open_library: "Callable[[Namespace], AssetLibrary]", now: datetime = NOON
) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = run(arguments, {"TABLE_NAME": "threadcast"}, open_library, now=now, out=out)
    return code, out.getvalue().splitlines()


def load(threadcast: Threadcast, *more: str, now: datetime = NOON) -> tuple[int, list[str]]:
    return threadcast("assets", "load", str(SAMPLES), "--owner", OWNER_ID, *more, now=now)


def test_a_loaded_folder_can_be_read_by_its_owner(threadcast: Threadcast, stores: Stores) -> None:
    code, printed = load(threadcast)

    expected = context_of("iowa_electricity")
    ((asset, role),) = stores.assets.find([IOWA_ID], [Principal("user", OWNER_ID)]).values()
    assert code == 0
    assert f"{IOWA_ID}  Iowa electricity generation by source (metric_file, version 1, 51 rows)" in printed
    assert printed[-1] == "Stored 10 assets."
    assert (asset.definition, role) == (expected.asset.definition, Role.OWNER)
    assert stores.assets.rows(IOWA_ID) == expected.table


def test_organisations_may_view_what_was_loaded_for_them(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast, "--owner-organization", "acme", "--owner-organization", "initech")

    assert set(stores.library.grants(IOWA_ID)) == {
        Grant(Principal("user", OWNER_ID), Role.OWNER),
        Grant(Principal("org", "acme"), Role.CAN_VIEW),
        Grant(Principal("org", "initech"), Role.CAN_VIEW),
    }


def test_loading_again_makes_the_next_version(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast)

    _, printed = load(threadcast, now=NOON + timedelta(days=1))

    asset = next(asset for asset in stores.library.all() if asset.id == IOWA_ID)
    assert (asset.version_number, asset.created_at, asset.updated_at) == (2, NOON, NOON + timedelta(days=1))
    assert f"{IOWA_ID}  Iowa electricity generation by source (metric_file, version 2, 51 rows)" in printed


def test_a_faulty_folder_stores_nothing(threadcast: Threadcast, stores: Stores, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text((SAMPLES / "work_and_power.yaml").read_text(), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("- a", encoding="utf-8")

    code, printed = threadcast("assets", "load", str(tmp_path), "--owner", OWNER_ID)

    assert (code, printed) == (
        1,
        [
            f"{tmp_path / 'bad.yaml'}: it must be a mapping of keys to values",
            "Nothing was stored: 1 fault.",
        ],
    )
    assert stores.library.all() == ()


def test_assets_are_listed_by_name(threadcast: Threadcast) -> None:
    load(threadcast)

    code, printed = threadcast("assets", "list")

    assert code == 0
    assert printed[0].endswith("metric_file     Daily temperature in Seattle and San Francisco")
    assert printed[1] == f"{IOWA_ID}  metric_file     Iowa electricity generation by source"
    assert printed[-1] == "10 assets."


def test_an_asset_is_shown_with_its_definition(threadcast: Threadcast) -> None:
    load(threadcast)

    code, printed = threadcast("assets", "show", IOWA_ID)

    assert code == 0
    assert printed[:5] == [
        "Iowa electricity generation by source",
        f"  id       {IOWA_ID}",
        "  type     metric_file",
        f"  owner    {OWNER_ID}",
        "  version  1, 2026-03-01 12:00:00 UTC",
    ]
    assert json.loads("\n".join(printed[6:])) == context_of("iowa_electricity").asset.definition


def test_a_role_is_given_shown_and_taken_away(threadcast: Threadcast) -> None:
    load(threadcast)

    given = threadcast("assets", "grant", IOWA_ID, "user", BOB_ID, "can_edit")
    shown = threadcast("assets", "grants", IOWA_ID)
    taken = threadcast("assets", "revoke", IOWA_ID, "user", BOB_ID)
    shown_after = threadcast("assets", "grants", IOWA_ID)

    name = "Iowa electricity generation by source"
    assert given == (0, [f"User {BOB_ID} now has the role can_edit on “{name}”."])
    assert shown == (0, [name, f"  user  {OWNER_ID}  owner", f"  user  {BOB_ID}  can_edit"])
    assert taken == (0, [f"User {BOB_ID} no longer has a role on “{name}”."])
    assert shown_after == (0, [name, f"  user  {OWNER_ID}  owner"])


def test_a_role_that_nobody_holds_cannot_be_taken_away(threadcast: Threadcast) -> None:
    load(threadcast)

    code, printed = threadcast("assets", "revoke", IOWA_ID, "org", "acme")

    assert code == 1
    assert printed == [
        "Organisation acme has no role on “Iowa electricity generation by source”; nothing was changed."
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("show", UNKNOWN_ID),
        ("grants", UNKNOWN_ID),
        ("grant", UNKNOWN_ID, "org", "acme", "can_view"),
        ("revoke", UNKNOWN_ID, "org", "acme"),
    ],
)
def test_an_unknown_asset_is_told(threadcast: Threadcast, command: tuple[str, ...]) -> None:
    assert threadcast("assets", *command) == (
        1,
        [f"There is no asset {UNKNOWN_ID}; `assets list` shows those there are."],
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("assets", "show", "42"), "'42' is not a UUID"),
        (("assets", "grant", IOWA_ID, "org", "acme", "boss"), "'boss' is not one of can_view, can_filter"),
        (("assets", "grant", IOWA_ID, "team", "acme", "owner"), "invalid choice: 'team'"),
        (("assets", "load", "."), "the following arguments are required: --owner"),
        (("assets",), "the following arguments are required: COMMAND"),
        ((), "the following arguments are required: AREA"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_before_any_table_is_opened(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        ran(arguments, lambda _: pytest.fail("opened"))

    assert exit_.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_table_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["assets", "list"], {}, lambda _: pytest.fail("opened"), now=NOON, out=io.StringIO())

    assert "the following arguments are required: --table" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            StoreUnavailable("ThrottlingException"),
            "The table t cannot be reached now (ThrottlingException); try again.",
        ),
        (
            StoreError("ResourceNotFoundException"),
            "The table t refused: ResourceNotFoundException. Is the table, region or endpoint right?",
        ),
    ],
)
def test_a_failing_table_is_told_without_a_stack_trace(error: StoreError, sentence: str) -> None:
    class BrokenLibrary:
        def all(self) -> tuple[()]:
            raise error

    assert ran(("assets", "list", "--table", "t"), lambda _: BrokenLibrary()) == (1, [sentence])  # type: ignore[arg-type, return-value]


def test_the_module_runs_from_a_terminal_and_tells_a_missing_region_in_one_line() -> None:
    command = [sys.executable, "-m", "threadcast", "assets", "list", "--table", "t", "--region", ""]
    package = str(SAMPLES.parent / "layers" / "threadcast")

    ended = subprocess.run(
        command,
        env={"PYTHONPATH": package, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == (
        "The table t refused: You must specify a region. Is the table, region or endpoint right?\n"
    )
