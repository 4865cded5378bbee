import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.contracts.stores import Stores
from tests.operator.commands import NOON, Threadcast, ran
from tests.samples.loaded import OWNER_ID, SAMPLES, context_of
from threadcast.adapters.jwt.claims import user_from_claims, user_id_of
from threadcast.cli.command_failed import CommandFailed
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import AssetType

BOB_ID = "b0b00000-0000-4000-8000-000000000002"
IOWA_ID = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
WEATHER_ID = "870ed596-5ce3-43f4-8ed5-473f650f4b65"
DASHBOARD_ID = "4dde3e98-80fe-46fa-970f-0baa10979f0a"
UNKNOWN_ID = "99999999-0000-4000-8000-000000000009"
IOWA = "Iowa electricity generation by source"
ISSUER = "https://id.example.com"
METRIC_OF_SHOPS = """
id: aaaaaaaa-0000-4000-8000-000000000001
type: metric_file
name: Shops
description: What shops sold.
timeFrame: unknown
sql: SELECT 1
chartConfig: {selectedChartType: table}
data: shop.csv
"""


def load(threadcast: Threadcast, *more: str, now: datetime = NOON) -> tuple[int, list[str]]:
    return threadcast("assets", "load", str(SAMPLES), "--owner", OWNER_ID, *more, now=now)


def samples_with(folder: Path, **changed: tuple[str, str]) -> Path:
    """Return a copy of the samples with a text replaced in some files."""
    shutil.copytree(SAMPLES, folder)
    for name, (former, new) in changed.items():
        path = folder / name.replace("__", ".")
        text = path.read_text(encoding="utf-8")
        assert former in text
        path.write_text(text.replace(former, new), encoding="utf-8")
    return folder


def test_a_loaded_folder_can_be_read_by_its_owner(threadcast: Threadcast, stores: Stores) -> None:
    code, printed = load(threadcast)

    expected = context_of("iowa_electricity")
    ((asset, role),) = stores.assets.find([IOWA_ID], [Principal("user", OWNER_ID)]).values()
    assert code == 0
    assert f"{IOWA_ID}  Iowa electricity generation by source (metric_file, version 1, 51 rows)" in printed
    assert printed[-1] == "Stored 10 assets."
    assert (asset.definition, role) == (expected.asset.definition, Role.OWNER)
    assert stores.assets.rows(IOWA_ID) == expected.table


def test_a_loaded_asset_is_listed_with_the_name_that_is_given(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast, "--owner-name", "Ada", "--owner-organization", "acme")

    for principal in (Principal("user", OWNER_ID), Principal("org", "acme")):
        page = stores.assets.page(AssetType.REPORT_FILE, [principal], limit=5)
        assert [(asset.name, asset.owner_name) for asset, _ in page.assets] == [
            ("Iowa turns to renewables", "Ada")
        ]


def test_a_relist_changes_no_list_that_is_complete(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast)
    before = stores.assets.page(AssetType.METRIC_FILE, [Principal("user", OWNER_ID)], limit=50)

    result = threadcast("assets", "relist")

    assert result == (0, ["10 assets: in all lists."])
    assert stores.assets.page(AssetType.METRIC_FILE, [Principal("user", OWNER_ID)], limit=50) == before


def test_load_prints_the_roles_of_the_columns(threadcast: Threadcast) -> None:
    _, printed = load(threadcast)

    metric = f"{IOWA_ID}  Iowa electricity generation by source (metric_file, version 1, 51 rows)"
    assert printed[printed.index(metric) + 1] == "    time: year; values: net_generation; by: source"


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


def test_an_asset_that_expires_is_shown_with_its_expiry_until_then(
    threadcast: Threadcast, stores: Stores
) -> None:
    expires_at = NOON + timedelta(days=365)
    stores.library.save(replace(context_of("iowa_electricity").asset, expires_at=expires_at), None)

    _, printed = threadcast("assets", "show", IOWA_ID)
    _, listed = threadcast("assets", "list", "--json")
    stores.clock.advance(days=365)
    _, listed_later = threadcast("assets", "list", "--json")

    assert printed[5] == "  expires  2027-03-01 12:00:00 UTC"
    assert json.loads("".join(listed))[0]["expires_at"] == "2027-03-01T12:00:00+00:00"
    assert listed_later == ["[]"]


def test_a_name_cannot_control_the_terminal(threadcast: Threadcast, stores: Stores, tmp_path: Path) -> None:
    named = samples_with(
        tmp_path / "samples", work_and_power__yaml=("Work and power", '"\\e[2JWork"\nx-was: ')
    )
    threadcast("assets", "load", str(named), "--owner", OWNER_ID)

    _, printed = threadcast("assets", "list")

    assert printed[0].endswith("dashboard_file  �[2JWork")


def test_a_role_is_granted_shown_and_revoked(threadcast: Threadcast) -> None:
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


def test_a_role_that_is_not_held_cannot_be_revoked(threadcast: Threadcast) -> None:
    load(threadcast)

    code, printed = threadcast("assets", "revoke", IOWA_ID, "org", "acme")

    assert (code, printed) == (1, [f"Organisation acme has no role on “{IOWA}”; nothing was changed."])


@pytest.mark.parametrize("command", [("grant", "can_view"), ("revoke",)])
def test_the_owner_stays_the_owner(threadcast: Threadcast, stores: Stores, command: tuple[str, ...]) -> None:
    load(threadcast)
    verb, *role = command

    code, printed = threadcast("assets", verb, IOWA_ID, "user", OWNER_ID, *role)

    assert (code, printed) == (
        1,
        [
            (
                f"User {OWNER_ID} owns “{IOWA}”, so nothing was changed. "
                "To give it another owner, load it with `--owner`."
            )
        ],
    )
    assert stores.library.grants(IOWA_ID) == (Grant(Principal("user", OWNER_ID), Role.OWNER),)


def test_an_owner_without_the_role_is_not_shown_as_one(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast)
    stores.library.revoke(IOWA_ID, Principal("user", OWNER_ID))

    _, printed = threadcast("assets", "show", IOWA_ID)

    assert printed[3] == f"  owner    {OWNER_ID}, who holds no such role on it"


def test_loading_with_another_owner_takes_the_role_from_the_former(
    threadcast: Threadcast, stores: Stores
) -> None:
    load(threadcast)

    threadcast("assets", "load", str(SAMPLES), "--owner", BOB_ID)

    assert stores.library.grants(IOWA_ID) == (Grant(Principal("user", BOB_ID), Role.OWNER),)


BOB_OF_ISSUER = user_id_of(ISSUER, "bob")


def test_a_subject_of_an_issuer_is_the_user_whom_its_tokens_mean(
    threadcast: Threadcast, stores: Stores
) -> None:
    load(threadcast)

    given = threadcast("assets", "grant", IOWA_ID, "user", " bob ", "can_view", "--issuer", ISSUER)
    shown = threadcast("assets", "grants", IOWA_ID)
    taken = threadcast("assets", "revoke", IOWA_ID, "user", "bob", "--issuer", ISSUER)

    user = user_from_claims({"iss": ISSUER, "sub": "bob"})
    is_bob = f"'bob' of {ISSUER} is the user {user.id}."
    assert given == (0, [is_bob, f"User {user.id} now has the role can_view on “{IOWA}”."])
    assert f"  user  {user.id}  can_view" in shown[1]
    assert taken == (0, [is_bob, f"User {user.id} no longer has a role on “{IOWA}”."])


def test_an_owner_may_be_a_subject_of_an_issuer(threadcast: Threadcast, stores: Stores) -> None:
    code, printed = threadcast("assets", "load", str(SAMPLES), "--owner", "bob", "--issuer", ISSUER)

    assert (code, printed[0]) == (0, f"'bob' of {ISSUER} is the user {BOB_OF_ISSUER}.")
    assert stores.library.grants(IOWA_ID) == (Grant(Principal("user", BOB_OF_ISSUER), Role.OWNER),)


def test_a_uuid_is_the_same_user_for_every_issuer(threadcast: Threadcast) -> None:
    load(threadcast)

    code, printed = threadcast(
        "assets", "grant", IOWA_ID, "user", BOB_ID.upper(), "can_view", "--issuer", ISSUER
    )

    assert (code, printed) == (0, [f"User {BOB_ID} now has the role can_view on “{IOWA}”."])


@pytest.mark.parametrize(
    "arguments",
    [
        ("grant", IOWA_ID, "user", "ada", "can_view"),
        ("revoke", IOWA_ID, "user", "ada"),
        ("load", str(SAMPLES), "--owner", "ada"),
    ],
)
def test_a_user_without_a_uuid_is_refused_with_what_to_give(arguments: tuple[str, ...]) -> None:
    code, printed = ran(("assets", *arguments), lambda *_: pytest.fail("opened"))

    assert (code, printed) == (
        1,
        [
            (
                "'ada' is not a UUID, and every user's id is one. If it is what tokens say in `sub`, "
                "give what they say in `iss` too: --issuer ISSUER (docs/tokens.md)."
            )
        ],
    )


@pytest.mark.parametrize("organization", ["", "  ", "o" * 257, "ö" * 129])
def test_an_organisation_that_no_token_can_name_is_refused(organization: str) -> None:
    granted = ran(
        ("assets", "grant", IOWA_ID, "org", organization, "can_view"), lambda *_: pytest.fail("opened")
    )
    loaded = ran(
        ("assets", "load", ".", "--owner", BOB_ID, "--owner-organization", organization),
        lambda *_: pytest.fail("opened"),
    )

    assert granted == loaded == (1, ["An organisation has 1 to 256 bytes, as tokens name it."])


def test_a_deleted_asset_is_gone_with_its_rows_and_roles(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast, "--owner-organization", "acme")
    threadcast("assets", "delete", DASHBOARD_ID, "--yes")

    code, printed = threadcast("assets", "delete", WEATHER_ID, "--yes")

    assert (code, printed) == (
        0,
        ["“Seattle weather by day” is deleted with its rows and 2 roles."],
    )
    assert (stores.assets.rows(WEATHER_ID), stores.library.grants(WEATHER_ID)) == (None, ())
    assert len(stores.library.all()) == 8


def test_what_is_still_shown_is_not_deleted(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast)

    code, printed = threadcast("assets", "delete", WEATHER_ID, "--yes")

    assert (code, printed) == (
        1,
        [
            "“Seattle weather by day” was not deleted: it is shown by",
            f"  {DASHBOARD_ID}  dashboard_file  Weather on the West Coast",
            "Delete or change those first.",
        ],
    )
    assert len(stores.library.all()) == 10


@pytest.mark.parametrize("agrees", [True, False])
def test_a_deletion_needs_the_operators_confirmation(
    threadcast: Threadcast, stores: Stores, agrees: bool
) -> None:
    load(threadcast)
    questions: list[str] = []

    def confirm(question: str) -> bool:
        questions.append(question)
        return agrees

    code, printed = threadcast("assets", "delete", DASHBOARD_ID, confirm=confirm)

    assert questions == ["Delete “Weather on the West Coast” (dashboard_file) with 1 role? [y/N] "]
    assert (code, printed) == (
        (0, ["“Weather on the West Coast” is deleted with 1 role."])
        if agrees
        else (1, ["Nothing was deleted."])
    )
    assert len(stores.library.all()) == (9 if agrees else 10)


def test_without_a_terminal_nothing_is_deleted(threadcast: Threadcast, stores: Stores) -> None:
    load(threadcast)

    def confirm(_: str) -> bool:
        raise CommandFailed("There is no terminal.")

    assert threadcast("assets", "delete", DASHBOARD_ID, confirm=confirm) == (1, ["There is no terminal."])
    assert len(stores.library.all()) == 10


@pytest.mark.parametrize(
    "command",
    [
        ("show", UNKNOWN_ID),
        ("grants", UNKNOWN_ID),
        ("grant", UNKNOWN_ID, "org", "acme", "can_view"),
        ("revoke", UNKNOWN_ID, "org", "acme"),
        ("delete", UNKNOWN_ID, "--yes"),
    ],
)
def test_an_unknown_asset_fails_the_command(threadcast: Threadcast, command: tuple[str, ...]) -> None:
    assert threadcast("assets", *command) == (
        1,
        [f"There is no asset {UNKNOWN_ID}; `assets list` shows those there are."],
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("assets", "show", "42"), "'42' is not a UUID"),
        (("assets", "grant", IOWA_ID, "org", "acme", "boss"), "'boss' is not one of can_view, can_filter"),
        (("assets", "grant", IOWA_ID, "org", "acme", "owner"), "an asset has one owner, whom"),
        (("assets", "grant", IOWA_ID, "team", "acme", "can_view"), "invalid choice: 'team'"),
        (
            ("assets", "list", "--endpoint", "127.0.0.1:8000"),
            "'127.0.0.1:8000' is not an address like http://127.0.0.1:8000",
        ),
        (("assets", "list", "--endpoint", "http://127.0.0.1:port"), "is not an address"),
        (("assets", "load", "."), "the following arguments are required: --owner"),
        (("assets",), "the following arguments are required: COMMAND"),
        ((), "the following arguments are required: AREA"),
    ],
)
def test_invalid_arguments_are_refused_before_a_table_is_opened(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        ran(arguments, lambda *_: pytest.fail("opened"))

    assert exit_.value.code == 2
    assert complaint in capsys.readouterr().err


def test_at_most_twenty_faults_are_printed_and_all_are_counted(
    threadcast: Threadcast, stores: Stores, tmp_path: Path
) -> None:
    folder = samples_with(
        tmp_path / "samples",
        us_jobs_change__csv=(",2", ",about 2"),
        iowa_electricity__csv=("2001-01-01", "01/01/2001"),
    )

    code, printed = threadcast("assets", "load", str(folder), "--owner", OWNER_ID)

    assert code == 1
    assert printed[0] == (
        f"{folder / 'iowa_electricity.csv'}, line 2: column 'year': '01/01/2001' "
        "is not a date of the calendar in the form 2024-02-29, 2024-02 or 2024"
    )
    faults = 3 + (SAMPLES / "us_jobs_change.csv").read_text(encoding="utf-8").count(",2")
    assert printed[20:] == [f"… and {faults - 20} more", f"Nothing was stored: {faults} faults."]
    assert stores.library.all() == ()


def test_null_tokens_of_load_are_missing_values(threadcast: Threadcast, tmp_path: Path) -> None:
    folder = samples_with(
        tmp_path / "samples",
        iowa_electricity__csv=("2001-01-01,Fossil Fuels,35361", "2001-01-01,Fossil Fuels,NA"),
    )

    code, faults = threadcast("assets", "load", str(folder), "--owner", OWNER_ID)
    _, printed = threadcast("assets", "load", str(folder), "--owner", OWNER_ID, "--null=NA", "--null=-")

    assert (code, faults[0].endswith("load with --null=NA if that means a missing value")) == (1, True)
    assert printed[-1] == "Stored 10 assets."


def test_load_prints_warnings_before_the_number_of_assets(threadcast: Threadcast, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(METRIC_OF_SHOPS, encoding="utf-8")
    (tmp_path / "shop.csv").write_text("shop,amount\nBasel,1\nBern,2\nChur,none\n", encoding="utf-8")

    code, printed = threadcast("assets", "load", str(tmp_path), "--owner", OWNER_ID)

    assert code == 0
    assert printed[-2:] == [
        (
            f"Warning: {tmp_path / 'shop.csv'}, line 4: column 'amount' is text because of 1 of its 3 cells: "
            "'none' in line 4; load with --null=none if that means a missing value"
        ),
        "Stored 1 asset.",
    ]
