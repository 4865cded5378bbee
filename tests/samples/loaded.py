"""The samples as contexts for agents, and as pandas data frames."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pandas as pd

from threadcast.assets.kinds import kind_of
from threadcast.assets.loading.files import FolderReading, read_folder
from threadcast.domain.asset import AssetContext

__all__ = ["OWNER_ID", "SAMPLES", "context_of", "frame", "reading"]

SAMPLES = Path(__file__).parents[2] / "samples"
OWNER_ID = "a11ce000-0000-4000-8000-000000000001"


@cache
def reading() -> FolderReading:
    return read_folder(SAMPLES, OWNER_ID, datetime(2026, 1, 1, tzinfo=UTC))


@cache
def context_of(name: str, withheld: int = 0) -> AssetContext:
    """Return a sample's context, by its file's name, without its last `withheld` parts."""
    by_id = {file.asset.id: file for file in reading().files}
    file = next(file for file in reading().files if file.path.stem == name)
    kind = kind_of(file.asset.type)
    assert kind is not None
    ids = kind.part_ids(file.asset.definition)
    seen = ids[: len(ids) - withheld]
    parts = tuple(AssetContext(by_id[part].asset, by_id[part].table) for part in seen)
    return AssetContext(file.asset, file.table, parts, withheld)


@cache
def frame(name: str) -> pd.DataFrame:
    """Return the sample's CSV with its first date column as timestamps."""
    found = pd.read_csv(SAMPLES / f"{name}.csv")
    time = next(column for column in ("year", "month", "date") if column in found.columns)
    return found.rename(columns={time: "time"}).assign(time=lambda rows: pd.to_datetime(rows["time"]))
