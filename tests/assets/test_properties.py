"""Properties of the loader: any folder is read completely or reported as faulty."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.loaded import context_of
from threadcast.adapters.memory import MemoryAssetLibrary, MemoryTable
from threadcast.assets.kinds import startable_kind
from threadcast.assets.loading.files import FolderReading, read_folder
from threadcast.domain.asset import Asset, AssetContext

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAMPLES = [
    dict(context_of(name).asset.definition)
    for name in ("iowa_electricity", "west_coast_weather", "iowa_turns_to_renewables")
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
CELLS = st.sampled_from(
    ["", "1", "-2.5", "1.250", "007", "1,5", "abc", "2024-01-01", "13/2/2024", '"', ' "x"', "a;b", "\t", " "]
)
ROWS = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=5).map("\n".join)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a definition with each of its keys or positions."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(inner):
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A sample's definition with some of its values replaced, keys misspelt or left out."""
    definition = deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 3))):
        holder, key = draw(st.sampled_from(list(places(definition))))
        holder[key] = draw(VALUES)
    return definition


def reading_of(definition: str, rows: str) -> FolderReading:
    with TemporaryDirectory() as folder:
        (Path(folder) / "asset.yaml").write_text(definition, encoding="utf-8", newline="")
        (Path(folder) / "iowa_electricity.csv").write_text(rows, encoding="utf-8", newline="")
        return read_folder(Path(folder), "owner", NOON)


def assert_usable_or_reported(reading: FolderReading) -> None:
    """Assert that valid assets can be introduced and stored, and that each fault is one line."""
    for file in reading.files:
        asset: Asset = file.asset
        assert startable_kind(asset.type).introduction(AssetContext(asset, file.table))
        MemoryAssetLibrary(MemoryTable()).save(asset, file.table)
    assert reading.files or reading.faults
    assert not any("\n" in str(fault) for fault in (*reading.faults, *reading.warnings))


@given(definitions(), ROWS.map("year,source,net_generation\n".__add__) | ROWS)
def test_any_definition_and_rows_are_read_or_reported(definition: dict[str, Any], rows: str) -> None:
    assert_usable_or_reported(reading_of(yaml.safe_dump(definition, allow_unicode=True), rows))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_texts_are_read_or_reported(definition: str, rows: str) -> None:
    assert_usable_or_reported(reading_of(definition, rows))
