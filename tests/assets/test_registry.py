import pytest

from tests.asset_types import cannot_start
from threadcast.assets import kinds
from threadcast.domain.asset import AssetType
from threadcast.errors import BadRequest


def test_metrics_dashboards_and_reports_start_chats() -> None:
    assert kinds.startable_types()[:3] == (
        AssetType.METRIC_FILE,
        AssetType.DASHBOARD_FILE,
        AssetType.REPORT_FILE,
    )


@pytest.mark.parametrize(
    ("asset_type", "file_type"),
    [
        (AssetType.METRIC_FILE, "metric"),
        (AssetType.DASHBOARD_FILE, "dashboard"),
        (AssetType.REPORT_FILE, "report"),
    ],
)
def test_a_kind_knows_its_file_type_on_the_wire(asset_type: AssetType, file_type: str) -> None:
    assert kinds.startable_kind(asset_type).file_type == file_type


@pytest.mark.parametrize("asset_type", [t for t in AssetType if t not in kinds.startable_types()])
def test_a_type_that_cannot_start_a_chat_is_refused_with_the_types_that_can(asset_type: AssetType) -> None:
    assert kinds.kind_of(asset_type) is None
    with pytest.raises(BadRequest) as refusal:
        kinds.startable_kind(asset_type)
    assert refusal.value.message == cannot_start(asset_type)


@pytest.mark.parametrize(
    ("name", "asset_type"),
    [
        ("metric", AssetType.METRIC_FILE),
        ("dashboard", AssetType.DASHBOARD_FILE),
        *((str(each), each) for each in AssetType),
    ],
)
def test_every_name_of_the_wire_is_known(name: str, asset_type: AssetType) -> None:
    assert kinds.type_named(name) is asset_type


@pytest.mark.parametrize("name", ["", "report", "METRIC_FILE", "dataset"])
def test_any_other_name_is_not(name: str) -> None:
    assert kinds.type_named(name) is None
