"""Answers a get of a metric: its definition, then its rows in as many frames as they take."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.assets.kinds.metric_columns import column_facts
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import Role
from threadcast.domain.asset import AssetType, Table
from threadcast.domain.user import User
from threadcast.ports import AssetStore, Clock
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.turns.assets.commands import GetMetricRequest
from threadcast.turns.assets.get_asset import visible_asset
from threadcast.turns.assets.metric_rows import MetricRows, RowsPart, rows_of
from threadcast.turns.message_quota import MessageQuota
from threadcast.turns.request_context import RequestContext

__all__ = ["MAX_ROWS_BYTES", "GetMetric", "MetricState"]

MAX_ROWS_BYTES = 4_000_000
"""Of rows as JSON: about 32 frames. The rows beyond are left out."""

_LAST_PART_S = 14
"""What must be left of the function's time limit for another part: a post is retried for ten seconds."""


@dataclass(frozen=True, slots=True)
class MetricState:
    """A metric without its rows."""

    metric: MetricRows
    role: Role


class GetMetric:
    """The use case of `/metrics/get`; `gap_s` is the pause between two frames of rows."""

    def __init__(
        self, assets: AssetStore, quota: MessageQuota, clock: Clock, retry: StoreRetry, gap_s: float
    ) -> None:
        self._assets = assets
        self._quota = quota
        self._clock = clock
        self._retry = retry
        self._gap_s = gap_s

    def serve(self, request: GetMetricRequest, context: RequestContext) -> Iterator[MetricState | RowsPart]:
        """Yield the metric, then its rows; each part of them ends where the frame of the former one ends.

        Every frame is one message of the user's quota. Raises `NotFound`, `TooManyRequests` if the quota does
        not permit as many, or `StoreUnavailable`, all before the first frame.
        """
        metric, role = self._retry(lambda: self._load(request, context.user))
        if context.presence is not None:
            parts = math.ceil(metric.size_bytes / MAX_FRAME_BYTES) or 1
            self._quota.charge_frames(context.user, context.presence, parts)
        yield MetricState(metric, role)
        yield from self._parts(metric, context)

    def _parts(self, metric: MetricRows, context: RequestContext) -> Iterator[RowsPart]:
        part = RowsPart(metric, 0)
        yield part
        while not part.is_complete:
            self._clock.sleep(self._gap_s)
            part = RowsPart(metric, part.end, is_last=context.remaining_s() < _LAST_PART_S)
            yield part

    def _load(self, request: GetMetricRequest, user: User) -> tuple[MetricRows, Role]:
        asset, role = visible_asset(request.metric_id, AssetType.METRIC_FILE, user, self._assets)
        table = self._assets.rows(asset.id)
        columns = column_facts(asset.definition, table or Table(()))
        return rows_of(asset, columns, table, MAX_ROWS_BYTES), role
