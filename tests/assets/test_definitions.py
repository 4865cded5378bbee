from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.samples.loaded import context_of
from threadcast.assets.kinds import startable_kind
from threadcast.errors import DefinitionFault

Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("sample", "change", "reason"),
    [
        (
            "iowa_electricity",
            lambda found: found.pop("name"),
            "'name' is missing",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(sql="  "),
            "'sql' must be a text that is not empty, not '  '",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(timeFrame=2001),
            "'timeFrame' must be a text in quotes, not 2001",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(chartConfig=[]),
            "'chartConfig' must be a mapping of keys to values, not an empty list",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"].update(selectedChartType="sunburst"),
            (
                "'chartConfig.selectedChartType' must be one of "
                "line, bar, combo, pie, scatter, metric, table, not 'sunburst'"
            ),
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["barAndLineAxis"].update(y=[]),
            "'chartConfig.barAndLineAxis.y' must be a list that is not empty, not an empty list",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["barAndLineAxis"].update(x="year"),
            "'chartConfig.barAndLineAxis.x' must be a list that is not empty, not 'year'",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["source"].update(synonyms="fuel"),
            "'chartConfig.columnLabelFormats.source.synonyms' must be a list, not 'fuel'",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["net_generation"].update(
                additivity="yes"
            ),
            (
                "'chartConfig.columnLabelFormats.net_generation.additivity' must be one of "
                "additive, semi_additive, non_additive, not 'yes'"
            ),
        ),
        (
            "work_and_power",
            lambda found: found.update(rows=[]),
            "'rows' must be a list that is not empty, not an empty list",
        ),
        (
            "work_and_power",
            lambda found: found.update(rows=["x"]),
            "'rows[1]' must be a mapping of keys to values, not 'x'",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1]["items"].append({"id": "nonsense"}),
            "'rows[2].items[3].id' must be a UUID, not 'nonsense'",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes=[12]),
            "'columnSizes' has 1 entry for 2 items",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes=[6, 5]),
            "'columnSizes' must add up to 12, not 11",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][1].update(columnSizes="wide"),
            "'rows[2].columnSizes' must be a list that is not empty, not 'wide'",
        ),
        (
            "iowa_turns_to_renewables",
            lambda found: found.pop("content"),
            "'content' is missing",
        ),
        (
            "iowa_turns_to_renewables",
            lambda found: found.update(content='<metric metricId="42"/>'),
            "the content refers to the metric '42', which is no UUID",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["year"].update(columnType="datetime"),
            (
                "'chartConfig.columnLabelFormats.year.columnType' must be one of "
                "number, text, date, not 'datetime'"
            ),
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["year"].update(style="euro"),
            (
                "'chartConfig.columnLabelFormats.year.style' must be one of "
                "number, currency, percent, string, date, not 'euro'"
            ),
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["year"].update(style="percent"),
            "the style 'percent' of the column 'year' does not go with its columnType 'date'",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["net_generation"].update(sufix="GWh"),
            "'chartConfig.columnLabelFormats.net_generation.sufix' is not known; is 'suffix' meant?",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["columnLabelFormats"]["net_generation"].update(multiplier=0),
            (
                "'chartConfig.columnLabelFormats.net_generation.multiplier' must be "
                "a number other than 0, not 0"
            ),
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"]["barAndLineAxis"].update(y=["net_generation", "source"]),
            "'y' needs numbers, but the column 'source' is declared as text",
        ),
        (
            "iowa_electricity",
            lambda found: found["chartConfig"].pop("barAndLineAxis"),
            "'chartConfig.barAndLineAxis' is missing",
        ),
        (
            "iowa_electricity",
            lambda found: found.update(name="x" * 201),
            "'name' has 201 characters; at most 200 are kept",
        ),
        (
            "work_and_power",
            lambda found: found["rows"][0].update(columnsizes=[12]),
            "'rows[1].columnsizes' is not known; is 'columnSizes' meant?",
        ),
        (
            "work_and_power",
            lambda found: found.update(data="x.csv"),
            "'data' is not known; known are name, rows, id, type, description",
        ),
        (
            "iowa_turns_to_renewables",
            lambda found: found.update(content="<metric metricID='4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4'>"),
            (
                "the content shows a metric without naming it by metricId: "
                "<metric metricID='4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4'>"
            ),
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


def test_all_flaws_of_a_definition_are_found_with_their_places() -> None:
    asset = context_of("iowa_electricity").asset
    definition = deepcopy(dict(asset.definition))
    definition["chartConfig"]["columnLabelFormats"]["year"].update(columnType="when", style="then")
    definition["sql"] = None

    flaws = list(startable_kind(asset.type).flaws(definition))

    assert [flaw.at for flaw in flaws] == [
        ("sql",),
        ("chartConfig", "columnLabelFormats", "year", "columnType"),
        ("chartConfig", "columnLabelFormats", "year", "style"),
    ]


def test_keys_of_ones_own_begin_with_an_x_and_an_optional_key_may_have_no_value() -> None:
    asset = context_of("iowa_electricity").asset
    definition = deepcopy(dict(asset.definition)) | {"x-team": {"any": ["thing"]}}
    definition["chartConfig"].update({"x-theme": 7, "showLegend": True, "colors": None})
    definition["chartConfig"]["columnLabelFormats"]["year"].update({"suffix": None, "x-note": "kept"})

    startable_kind(asset.type).check(definition, "file.yaml")


@pytest.mark.parametrize("chart", ["pie", "scatter", "metric", "table", "combo"])
def test_charts_without_axes_are_valid(chart: str) -> None:
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
def test_a_kind_returns_the_parts_of_an_asset(sample: str, parts: tuple[str, ...]) -> None:
    asset = context_of(sample).asset

    assert startable_kind(asset.type).part_ids(asset.definition) == parts


def test_a_metric_shown_twice_is_one_part() -> None:
    asset = context_of("iowa_turns_to_renewables").asset
    content = asset.definition["content"]

    parts = startable_kind(asset.type).part_ids({**asset.definition, "content": content + content.upper()})

    assert parts == ("4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4",)
