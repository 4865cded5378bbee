"""Assets as an operator keeps them: a folder of YAML definitions, with a CSV file beside each metric."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from threadcast.asset_definitions import read_definition
from threadcast.asset_rows import read_table
from threadcast.asset_types import AssetKind, kind_of, startable_types, type_named
from threadcast.asset_types.checks import is_uuid, require_text
from threadcast.domain.asset import Asset, Table
from threadcast.errors import DefinitionFault

__all__ = ["AssetFile", "FolderReading", "read_folder"]


@dataclass(frozen=True, slots=True)
class AssetFile:
    """An asset as its file tells it, with its rows if it has any, and where it was found."""

    path: Path
    asset: Asset
    table: Table | None


@dataclass(frozen=True, slots=True)
class FolderReading:
    """What a folder holds: the assets by file name, and everything that is wrong with the others."""

    files: tuple[AssetFile, ...]
    faults: tuple[DefinitionFault, ...]


def read_folder(
    folder: Path, owner_id: str, now: datetime, stored_ids: Collection[str] = ()
) -> FolderReading:
    """Read every `*.yaml` and `*.yml` of a folder; a faulty file does not keep the others from being read.

    `stored_ids` are assets that a dashboard may refer to although they are not in the folder.
    """
    if not folder.is_dir():
        return FolderReading((), (DefinitionFault(str(folder), "there is no such folder"),))
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    if not paths:
        return FolderReading((), (DefinitionFault(str(folder), "it holds no .yaml file"),))
    files: list[AssetFile] = []
    faults: list[DefinitionFault] = []
    for path in paths:
        try:
            files.append(_read(path, owner_id, now))
        except DefinitionFault as fault:
            faults.append(fault)
    faults += _repeated_ids(files)
    if not faults:  # a file that could not be read may well hold the part that would be missed
        faults += _missing_parts(files, stored_ids)
    return FolderReading(tuple(files), tuple(faults))


def _read(path: Path, owner_id: str, now: datetime) -> AssetFile:
    source = str(path)
    definition = read_definition(path)
    if not is_uuid(definition.get("id")):
        raise DefinitionFault(source, f"'id' must be a UUID, not {definition.get('id')!r}")
    kind = _kind(definition, source)
    kind.check(definition, source)
    table = _table(definition, path)
    asset = Asset(
        id=str(definition["id"]).lower(),
        type=kind.type,
        name=" ".join(str(definition["name"]).split()),
        definition=definition,
        owner_id=owner_id,
        created_at=now,
        updated_at=now,
    )
    return AssetFile(path, asset, table)


def _kind(definition: Mapping[str, Any], source: str) -> AssetKind:
    name = require_text(definition, "type", source)
    asset_type = type_named(name)
    kind = None if asset_type is None else kind_of(asset_type)
    if kind is None:
        raise DefinitionFault(source, f"'type' is {name!r}; it must be one of {', '.join(startable_types())}")
    return kind


def _table(definition: Mapping[str, Any], path: Path) -> Table | None:
    if "data" not in definition:
        return None
    name = require_text(definition, "data", str(path))
    if Path(name).name != name:
        raise DefinitionFault(str(path), f"'data' must name a file of the same folder, not {name!r}")
    table = read_table(path.parent / name)
    _check_columns(definition, table, path)
    return table


def _check_columns(definition: Mapping[str, Any], table: Table, path: Path) -> None:
    config = definition.get("chartConfig", {})
    axes = config.get("barAndLineAxis", {})
    named = [name for key in ("x", "y", "category") for name in axes.get(key) or ()]
    for name in (*named, *config.get("columnLabelFormats", {})):
        if name not in table.columns:
            known = ", ".join(table.columns)
            raise DefinitionFault(
                str(path), f"'chartConfig' names the column '{name}', but the rows have {known}"
            )


def _repeated_ids(files: Iterable[AssetFile]) -> list[DefinitionFault]:
    first: dict[str, Path] = {}
    faults = []
    for file in files:
        former = first.setdefault(file.asset.id, file.path)
        if former != file.path:
            faults.append(DefinitionFault(str(file.path), f"{former.name} has the same id"))
    return faults


def _missing_parts(files: Iterable[AssetFile], stored_ids: Collection[str]) -> list[DefinitionFault]:
    known = {file.asset.id for file in files} | set(stored_ids)
    return [
        DefinitionFault(str(file.path), f"it refers to {part}, which is neither in this folder nor stored")
        for file in files
        if (kind := kind_of(file.asset.type)) is not None
        for part in kind.part_ids(file.asset.definition)
        if part not in known
    ]
