"""Keeps the items of the emulator's tables in a file, so that they are there after a restart."""

import base64
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from local_gateway.template.physical_names import ACCOUNT

__all__ = ["SavedTables", "SavingApplication", "WsgiApplication"]

_log = logging.getLogger(__name__)

_FILE = "tables.json"
_INTERVAL_S = 1.0

_READS = ("Get", "BatchGet", "Query", "Scan", "Describe", "List", "TransactGet")

TablesByRegion = Mapping[str, Mapping[str, Any]]
"""The tables of moto by region and name."""

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SavedTables:
    """The saved items of each table, by region and name.

    A table gets its items when it is created with the key schema that it had. The items of tables that do
    not exist in this run are kept.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / _FILE
        self._tables: dict[str, dict[str, Any]] = (
            json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        )
        self._created: set[str] = set()

    def restore(self, tables: TablesByRegion) -> None:
        """Put the saved items into the tables that have been created since the last call."""
        for region, by_name in tables.items():
            for name, table in by_name.items():
                if f"{region}/{name}" not in self._created:
                    self._created.add(f"{region}/{name}")
                    self._fill(table, self._tables.get(f"{region}/{name}"))

    def _fill(self, table: Any, saved: dict[str, Any] | None) -> None:
        if saved is None:
            return
        if saved["KeySchema"] != table.schema:
            _log.warning("the saved items of %s are dropped: its key has changed", table.name)
            return
        for item in saved["Items"]:
            table.put_item({name: _with_bytes(value) for name, value in item.items()})
        if table.stream_shard is not None:
            table.stream_shard.items.clear()  # restored items are no changes

    def collect(self, tables: TablesByRegion) -> str:
        """Return the content of the file for the tables of moto, by region and name."""
        found = {
            f"{region}/{name}": {
                "KeySchema": table.schema,
                "Items": [item.to_json()["Attributes"] for item in table.all_items()],
            }
            for region, by_name in tables.items()
            for name, table in by_name.items()
        }
        kept = {key: saved for key, saved in self._tables.items() if key not in self._created}
        self._tables = {**kept, **found}
        return json.dumps(self._tables, default=lambda binary: base64.b64encode(binary).decode())

    def write(self, content: str) -> None:
        """Replace the file; a reader sees the old or the new one, whenever this process ends."""
        new = self._file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self._file)


class SavingApplication:
    """Restores tables when they are created, and saves changes once a second and by `save`.

    `lock` is held while an operation of `application` runs.
    """

    def __init__(
        self, application: WsgiApplication, saved: SavedTables, lock: AbstractContextManager[Any]
    ) -> None:
        self._application = application
        self._saved = saved
        self._lock = lock
        self._changed = threading.Event()
        threading.Thread(target=self._save_for_ever, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Handle one request (called by the server)."""
        answer = self._application(environ, start_response)
        operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[2]
        if operation == "CreateTable":
            with self._lock:
                self._saved.restore(_tables_by_region())
        if not operation.startswith(_READS):
            self._changed.set()
        return answer

    def save(self) -> None:
        """Write the changes since the last call."""
        if self._changed.is_set():
            self._changed.clear()
            with self._lock:
                content = self._saved.collect(_tables_by_region())
            self._saved.write(content)

    def _save_for_ever(self) -> None:
        while True:
            time.sleep(_INTERVAL_S)
            self.save()


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute's value as moto stores it: the file has binary values as base64."""
    ((kind, content),) = value.items()
    match kind:
        case "B":
            return {"B": base64.b64decode(content)}
        case "BS":
            return {"BS": [base64.b64decode(each) for each in content]}
        case "M":
            return {"M": {name: _with_bytes(each) for name, each in content.items()}}
        case "L":
            return {"L": [_with_bytes(each) for each in content]}
    return value


def _tables_by_region() -> dict[str, dict[str, Any]]:
    """Return moto's tables."""
    from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415 - slow, and reads variables

    return {region: backend.tables for region, backend in dynamodb_backends[ACCOUNT].items()}
