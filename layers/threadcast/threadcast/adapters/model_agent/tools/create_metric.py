"""The tool `create_metric`: stores the rows of a query as a new metric that the user owns."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from threadcast.adapters.model_agent.tools.tool import ToolResult, required_text
from threadcast.assets.columns.number_format import counted
from threadcast.assets.making.asset_factory import AssetFactory
from threadcast.assets.making.metric_storage import kept_until
from threadcast.assets.making.new_metric import LIMITS, MetricRequest, metric_rows
from threadcast.assets.query.sandbox import QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset
from threadcast.domain.message import FilesStep, StepFile
from threadcast.domain.streamed_parts import StepSnapshot
from threadcast.domain.user import User
from threadcast.errors import ToolRefusal
from threadcast.ports.agent_events import FileMade

__all__ = ["CreateMetric"]

_ASKING = re.compile(
    r"\b(?:add|build|create|generate|keep|make|new|produce|save|store|turn)\b", re.IGNORECASE
)
_ASKED_FOR = re.compile(r"\b(?:assets?|charts?|metrics?)\b", re.IGNORECASE)
"""Words of a prompt that asks for a metric: one of each."""

_NOT_ASKED = (
    "The user's message does not ask for a metric, so none was made. If they may want one, offer it, and say "
    "that they can reply: create a metric."
)
_MAX_METRICS = 5
_MAX_NAME = 120
_MAX_DESCRIPTION = 1_000
_MAX_SQL = 10_000
_DIRECTION_CLASSES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Bidirectional classes of characters that change the direction of the text after them."""


class CreateMetric:
    """Makes metrics from the context's rows, owned by the turn's user; at most five in a turn.

    The user's own prompt must ask for one, because the model may obey a text in the data that does.
    """

    name = "create_metric"
    description = (
        "Keep the rows of a query as a new metric that belongs to the user and can be opened like any other. "
        f"Only when the user asks for one. At most {LIMITS.max_rows:,} rows; name every column (AS …)."
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
        prompt: str,
        asset_factory: AssetFactory,
    ) -> None:
        self._sandbox = sandbox
        self._tables = tables
        self._source = source
        self._user = user
        self._is_asked = bool(_ASKING.search(prompt) and _ASKED_FOR.search(prompt))
        self._asset_factory = asset_factory
        self._made = 0

    def started_step(self, step: str) -> StepSnapshot:
        """Return the step of a metric in the making."""
        return StepSnapshot(FilesStep(step, "Making a metric", status="loading"))

    def failed_step(self, step: str) -> StepSnapshot:
        """Return the step of a metric that could not be made."""
        return StepSnapshot(FilesStep(step, "The metric could not be made", status="failed"))

    def run(self, step: str, given: Mapping[str, Any]) -> ToolResult:
        """Make and store a metric; raises `ToolRefusal`."""
        if not self._is_asked:
            raise ToolRefusal(_NOT_ASKED)
        if self._made >= _MAX_METRICS:
            raise ToolRefusal(f"No more than {_MAX_METRICS} metrics can be made for one question.")
        request = self._request(given)
        asset = self._asset_factory.make_metric(request, self._source, self._tables, self._user)
        self._made += 1
        return _result(step, asset, len(request.rows.rows))

    def _request(self, given: Mapping[str, Any]) -> MetricRequest:
        name = _display_name(" ".join(required_text(given, "name", _MAX_NAME).split()))
        description = " ".join(required_text(given, "description", _MAX_DESCRIPTION).split())
        sql = required_text(given, "sql", _MAX_SQL)
        return MetricRequest(name, description, sql, metric_rows(self._sandbox, sql), dict(given))


def _display_name(name: str) -> str:
    """Return the name without direction marks; raises `ToolRefusal` if no visible character is left."""
    visible = "".join(
        char for char in name if unicodedata.bidirectional(char) not in _DIRECTION_CLASSES
    ).strip()
    if not any(char.isprintable() and not char.isspace() for char in visible):
        raise ToolRefusal("'name' must have a character that shows.")
    return visible


def _result(step: str, asset: Asset, row_count: int) -> ToolResult:
    text = json.dumps(asset.definition, indent=2, ensure_ascii=False)
    file = StepFile(asset.id, "metric", asset.name, asset.version_number, asset.id, "completed", text)
    shown = StepSnapshot(FilesStep(step, f"Made the metric “{asset.name}”", (file,)))
    stored = f"stored with {counted(row_count, 'row')}{kept_until(asset)}"
    return ToolResult(
        f"The metric “{asset.name}” is {stored}. The user sees it as a file. Say what it holds.",
        (shown, FileMade(f"file-{step}", asset.ref, asset.name)),
    )
