"""Reads a folder of assets: YAML definitions, and a CSV file for each metric."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from threadcast.assets.columns.dates import date_of
from threadcast.assets.kinds import AssetKind, kind_of, startable_types, type_named
from threadcast.assets.kinds.chart_config import ColumnType, decimal_marks, declared_types, named_columns
from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.assets.loading.cells import CellReader, number_in, number_reader, text_in
from threadcast.assets.loading.definitions import Definition, read_definition
from threadcast.assets.loading.rows import RowsReading, read_rows
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import DefinitionFault

__all__ = ["AssetFile", "FolderReading", "read_folder"]

_NOTHING_STORED: Mapping[str, AssetType] = {}


@dataclass(frozen=True, slots=True)
class AssetFile:
    """An asset from a file, with its rows if it has any, and the file's path."""

    path: Path
    asset: Asset
    table: Table | None


@dataclass(frozen=True, slots=True)
class FolderReading:
    """The content of a folder: the valid assets, ordered by file name, and the faults of the others.

    `warnings` are about values that may mean something else than what was read.
    """

    files: tuple[AssetFile, ...]
    faults: tuple[DefinitionFault, ...]
    warnings: tuple[DefinitionFault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """One file: its definition, kind and rows, as far as they could be read."""

    path: Path
    faults: tuple[DefinitionFault, ...]
    definition: Definition | None = None
    kind: AssetKind | None = None
    rows: RowsReading | None = None

    @property
    def id(self) -> str | None:
        """The asset's id; None if the definition has no valid one."""
        found = None if self.definition is None else self.definition.values.get("id")
        return str(found).lower() if is_uuid(found) else None


def read_folder(
    folder: Path,
    owner_id: str,
    now: datetime,
    stored: Mapping[str, AssetType] = _NOTHING_STORED,
    null_tokens: Collection[str] = (),
) -> FolderReading:
    """Read every `*.yaml` and `*.yml` file of a folder; a faulty file does not prevent reading the others.

    `stored` has the ids and types of stored assets, which dashboards and reports of the folder may show;
    `null_tokens` are texts that stand for missing values in the rows.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"})
    except NotADirectoryError:
        return _no_folder(folder, "it is a file; give the folder that it lies in")
    except OSError as error:
        return _no_folder(folder, f"it cannot be read: {error.strerror}")
    if not paths:
        return _no_folder(folder, "it holds no .yaml file")
    found = [_read(path, null_tokens) for path in paths]
    faults = [fault for each in found for fault in each.faults]
    faults += [*_repeated_ids(found), *_changed_types(found, stored), *_faulty_parts(found, stored)]
    files = (_asset_file(each, owner_id, now) for each in found if not each.faults)
    warnings = (warning for each in found if each.rows is not None for warning in each.rows.warnings)
    return FolderReading(tuple(file for file in files if file is not None), tuple(faults), tuple(warnings))


def _no_folder(folder: Path, reason: str) -> FolderReading:
    return FolderReading((), (DefinitionFault(str(folder), reason),))


def _read(path: Path, null_tokens: Collection[str]) -> _Read:
    definition, faults = read_definition(path)
    if definition is None:
        return _Read(path, tuple(faults))
    if not is_uuid(definition.values.get("id")):
        given = definition.values.get("id")
        faults.append(definition.fault(f"'id' must be a UUID, not {given!r}", ("id",)))
    kind = _kind(definition)
    if kind is None:
        named, allowed = definition.values.get("type"), ", ".join(startable_types())
        faults.append(definition.fault(f"'type' must be one of {allowed}, not {named!r}", ("type",)))
        return _Read(path, tuple(faults), definition)
    flaws = [flaw for flaw in kind.flaws(definition.values) if flaw.at != ("id",)]
    faults += [definition.fault(flaw.reason, flaw.at) for flaw in flaws]
    rows = None
    if kind.has_rows:
        rows, faulty = _rows(definition, path, null_tokens)
        faults += faulty
    return _Read(path, tuple(faults), definition, kind, rows)


def _kind(definition: Definition) -> AssetKind | None:
    name = definition.values.get("type")
    asset_type = type_named(name) if isinstance(name, str) else None
    return None if asset_type is None else kind_of(asset_type)


def _rows(
    definition: Definition, path: Path, null_tokens: Collection[str]
) -> tuple[RowsReading | None, list[DefinitionFault]]:
    """Read the rows that a definition names, by its declared types; return them with their faults."""
    name = definition.values.get("data")
    if name is None:
        return None, [definition.fault("'data' is missing: it names the CSV file of the rows", ("data",))]
    if not isinstance(name, str) or not name.strip():
        return None, []  # a fault of the definition's own checks
    if Path(name).name != name:
        return None, [
            definition.fault(f"'data' must name a file of the same folder, not {name!r}", ("data",))
        ]
    readers = {column: _READERS[kind] for column, kind in declared_types(definition.values).items()}
    readers |= {column: number_reader(mark) for column, mark in decimal_marks(definition.values).items()}
    reading = read_rows(path.parent / name, readers, null_tokens)
    faults = list(reading.faults)
    if reading.columns:
        faults += _unknown_columns(definition, reading.columns)
    return reading, faults


def _date_in(cell: str) -> str:
    if date_of(cell) is None:
        raise ValueError("is not a date of the calendar in the form 2024-02-29, 2024-02 or 2024")
    return cell


_READERS: Mapping[ColumnType, CellReader] = {"number": number_in, "text": text_in, "date": _date_in}


def _unknown_columns(definition: Definition, columns: Sequence[str]) -> Iterator[DefinitionFault]:
    known = ", ".join(columns)
    for place, name in named_columns(definition.values):
        if name not in columns:
            yield definition.fault(f"the column '{name}' is not among those of the rows: {known}", place)


def _repeated_ids(found: Iterable[_Read]) -> Iterator[DefinitionFault]:
    first: dict[str, Path] = {}
    for each in found:
        if each.id is not None and each.definition is not None:
            former = first.setdefault(each.id, each.path)
            if former != each.path:
                yield each.definition.fault(f"{former.name} has the same id", ("id",))


def _changed_types(found: Iterable[_Read], stored: Mapping[str, AssetType]) -> Iterator[DefinitionFault]:
    for each in found:
        if each.definition is not None and each.kind is not None:
            former = stored.get(each.id or "")
            if former not in {None, each.kind.type}:
                reason = f"a {former} is stored under this id; what is new needs an id of its own"
                yield each.definition.fault(reason, ("id",))


def _faulty_parts(found: Iterable[_Read], stored: Mapping[str, AssetType]) -> Iterator[DefinitionFault]:
    """Yield parts that are neither read nor stored, or no metrics; a file without an id may be any part."""
    files = list(found)
    here = {each.id: each.kind.type for each in files if each.id is not None and each.kind is not None}
    is_complete = all(each.id in here for each in files)
    known = {**stored, **here}
    for each in files:
        if each.definition is None or each.kind is None or each.faults:
            continue
        for part in each.kind.part_ids(each.definition.values):
            if part in known and known[part] is not AssetType.METRIC_FILE:
                yield each.definition.fault(f"it shows {part}, which is a {known[part]}, not a metric")
            elif part not in known and is_complete:
                yield each.definition.fault(f"it shows {part}, which is neither in this folder nor stored")


def _asset_file(read: _Read, owner_id: str, now: datetime) -> AssetFile | None:
    if read.definition is None or read.kind is None or read.id is None:
        return None
    asset = Asset(
        id=read.id,
        type=read.kind.type,
        name=" ".join(str(read.definition.values["name"]).split()),
        definition=read.definition.values,
        owner_id=owner_id,
        created_at=now,
        updated_at=now,
    )
    return AssetFile(read.path, asset, None if read.rows is None else read.rows.table)
