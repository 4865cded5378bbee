"""The tool `create_metric`: the rows of a query, kept as a metric of the user's own."""

import json
import logging
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.adapters.model_agent.tools.tool import ToolAnswer, required_text
from threadcast.assets.columns.number_format import counted
from threadcast.assets.making.new_metric import MetricDraft, checked_definition
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType
from threadcast.domain.message import StepFile
from threadcast.domain.user import User
from threadcast.errors import StoreError, ToolRefusal
from threadcast.ports import AssetLibrary, Clock, IdMaker
from threadcast.ports.agent_events import FileMade, FilesShown

__all__ = ["AssetFactory", "CreateMetric"]

_log = logging.getLogger(__name__)

_LIMITS = QueryLimits(max_s=5, max_rows=5_000, max_bytes=1_000_000)
_MAX_METRICS = 5
_MAX_NAME = 120
_MAX_DESCRIPTION = 1_000
_MAX_SQL = 10_000
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Unicode's classes of marks that set the direction of what follows."""


@dataclass(frozen=True, slots=True)
class AssetFactory:
    """What making assets takes: where they are kept, who makes ids, what time it is."""

    library: AssetLibrary
    new_id: IdMaker
    clock: Clock


class CreateMetric:
    """Makes metrics out of the context's rows, owned by whoever asked; at most five in a turn."""

    name = "create_metric"
    description = (
        "Keep the rows of a query as a new metric that belongs to the user and can be opened like any other. "
        f"Only when the user asks for one. At most {_LIMITS.max_rows:,} rows; name every column (AS …)."
    )
    schema: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The metric's name, as a person would give it."},
            "description": {"type": "string", "description": "What it shows, in a sentence."},
            "sql": {"type": "string", "description": "One SELECT over this chat's tables."},
            "chart": {"type": "string", "enum": ["line", "bar", "pie", "scatter", "table", "metric"]},
            "x": {"type": "string", "description": "The column along the chart."},
            "y": {"type": "array", "items": {"type": "string"}, "description": "The columns of figures."},
            "category": {"type": "string", "description": "The column that parts the figures, if any."},
        },
        "required": ["name", "description", "sql", "chart"],
    }

    def __init__(
        self,
        sandbox: QuerySandbox,
        tables: Sequence[DataTable],
        source: Asset,
        user: User,
        workshop: AssetFactory,
    ) -> None:
        self._sandbox = sandbox
        self._tables = tables
        self._source = source
        self._user = user
        self._workshop = workshop
        self._made = 0

    def begun(self, step: str) -> FilesShown:
        """The step while the metric is made."""
        return FilesShown(step, "Making a metric", status="loading")

    def failed(self, step: str) -> FilesShown:
        """The step of a metric that could not be made."""
        return FilesShown(step, "The metric could not be made", status="failed")

    def run(self, step: str, given: Mapping[str, Any]) -> ToolAnswer:
        """Make it and store it; raises `ToolRefusal`."""
        if self._made >= _MAX_METRICS:
            raise ToolRefusal(f"No more than {_MAX_METRICS} metrics can be made for one question.")
        draft = self._draft(given)
        now, asset_id = self._workshop.clock.now(), self._workshop.new_id()
        definition = checked_definition(draft, asset_id, self._source, self._tables)
        asset = Asset(asset_id, AssetType.METRIC_FILE, draft.name, definition, self._user.id, now, now)
        try:
            self._workshop.library.save(asset, draft.rows)
        except StoreError:
            _log.exception("metric_not_stored", extra={"asset_id": asset_id})
            raise ToolRefusal("The metric could not be stored. Tell the user to try again later.") from None
        self._made += 1
        return _answer(step, asset, draft)

    def _draft(self, given: Mapping[str, Any]) -> MetricDraft:
        name = _shown(" ".join(required_text(given, "name", _MAX_NAME).split()))
        description = " ".join(required_text(given, "description", _MAX_DESCRIPTION).split())
        sql = required_text(given, "sql", _MAX_SQL)
        result = self._sandbox.query(sql, _LIMITS)
        if result.is_cut:
            bounds = f"{_LIMITS.max_rows:,} rows and {_LIMITS.max_bytes:,} bytes"
            raise ToolRefusal(f"A metric holds at most {bounds}: aggregate more.")
        if not result.table.rows:
            raise ToolRefusal("The query has no rows, so there is nothing to keep.")
        return MetricDraft(name, description, sql, result.table, dict(given))


def _shown(name: str) -> str:
    """The name without marks that turn the text around it; one that does not show at all is none."""
    upright = "".join(char for char in name if unicodedata.bidirectional(char) not in _TURNING).strip()
    if not any(char.isprintable() and not char.isspace() for char in upright):
        raise ToolRefusal("'name' must have a character that shows.")
    return upright


def _answer(step: str, asset: Asset, draft: MetricDraft) -> ToolAnswer:
    text = json.dumps(asset.definition, indent=2, ensure_ascii=False)
    file = StepFile(asset.id, "metric", asset.name, asset.version_number, asset.id, "completed", text)
    shown = FilesShown(step, f"Made the metric “{asset.name}”", (file,))
    rows = counted(len(draft.rows.rows), "row")
    return ToolAnswer(
        f"The metric “{asset.name}” is stored with {rows}. The user sees it as a file. Say what it holds.",
        (shown, FileMade(f"file-{step}", asset.ref, asset.name)),
    )
