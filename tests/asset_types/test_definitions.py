from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.samples.loaded import context_of
from threadcast.asset_types import startable_kind
from threadcast.errors import DefinitionFault

Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("sample", "change", "reason"),
    [
        (
            "iowa_electricity",
            lambda found: found.pop("name"),
            "'name' must be a text that is not empty (it is missing)",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(sql="  "),
            "'sql' must be a text that is not empty (it is str: '  ')",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(timeFrame=2001),
            "'timeFrame' must be a text that is not empty (it is int: '2001')",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(chartConfig=[]),
            "'chartConfig' must be a mapping of keys to values (it is list: '[]')",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"].update(selectedChartType="sunburst"),
            (
                "'selectedChartType' is 'sunburst'; it must be one of "
                "line, bar, combo, pie, scatter, metric, table"
            ),
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["barAndLineAxis"].update(y=[]),
            "'barAndLineAxis' must name a column for 'y'",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["barAndLineAxis"].update(x="year"),
            "'x' must be a list of texts (it is str: 'year')",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["source"].update(synonyms="fuel"),
            "'synonyms' must be a list of texts (it is str: 'fuel')",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["net_generation"].update(
                additivity="yes"
            ),
            "'additivity' of 'net_generation' must be one of additive, semi_additive, non_additive",
        ),
        (
            "work_and_power",
            lambda found: found.update(rows=[]),
            "'rows' must be a list that is not empty (it is list: '[]')",
        ),
        ("work_and_power", lambda found: found.update(rows=["x"]), "row 1 must be a mapping with 'items'"),
        (
            "work_and_power",
            lambda found: found["rows"][1]["items"].append({"id": "nonsense"}),
            "every item of row 2 must have the UUID of a metric as 'id'",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes=[12]),
            "'columnSizes' has 1 entries for 2 items",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes=[6, 5]),
            "'columnSizes' must add up to 12, not 11",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes="wide"),
            "'columnSizes' must be a list of positive whole numbers",
        ),
        (
            "iowa_turns_to_renewables",
            lambda found: found.pop("content"),
            "'content' must be a text that is not empty (it is missing)",
        ),
        (
            "iowa_turns_to_renewables",
            lambda found: found.update(content='<metric metricId="42"/>'),
            "the content refers to the metric '42', which is no UUID",
        ),
    ],
)
def test_a_faulty_definition_is_refused_with_its_reason(sample: str, change: Change, reason: str) -> None:
    asset = context_of(sample).asset
    definition = deepcopy(dict(asset.definition))
    change(definition)

    with pytest.raises(DefinitionFault) as fault:
        startable_kind(asset.type).check(definition, "file.yaml")

    assert fault.value.reason == reason
    assert fault.value.source.startswith("file.yaml")


@pytest.mark.parametrize("chart", ["pie", "scatter", "metric", "table", "combo"])
def test_charts_without_axes_need_none(chart: str) -> None:
    asset = context_of("iowa_electricity").asset
    definition = {**asset.definition, "chartConfig": {"selectedChartType": chart}}

    startable_kind(asset.type).check(definition, "file.yaml")


@pytest.mark.parametrize(
    ("sample", "parts"),
    [
        ("iowa_electricity", ()),
        (
            "work_and_power",
            (
                "5f70037f-17a6-48a0-97c6-f0083ccddae2",
                "feed7ec1-2fe3-450d-9ef1-2a91bfe32c60",
                "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4",
            ),
        ),
        ("iowa_turns_to_renewables", ("4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4",)),
    ],
)
def test_a_kind_knows_what_an_asset_is_made_of(sample: str, parts: tuple[str, ...]) -> None:
    asset = context_of(sample).asset

    assert startable_kind(asset.type).part_ids(asset.definition) == parts


def test_a_metric_shown_twice_is_one_part() -> None:
    asset = context_of("iowa_turns_to_renewables").asset
    content = asset.definition["content"]

    parts = startable_kind(asset.type).part_ids({**asset.definition, "content": content + content.upper()})

    assert parts == ("4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4",)
