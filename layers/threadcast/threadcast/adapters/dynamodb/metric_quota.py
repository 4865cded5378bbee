"""`DynamoMetricQuotaStore`: which metrics agents have made, one set of strings for each user."""

from collections.abc import Collection
from datetime import UTC, datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import epoch_s
from threadcast.adapters.dynamodb.sdk.attribute_values import plain_item
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import update
from threadcast.ports import MadeMetric

__all__ = ["DynamoMetricQuotaStore"]


class DynamoMetricQuotaStore:
    """A `MetricQuotaStore`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def take(self, user_id: str, metric: MadeMetric, limit: int) -> frozenset[MadeMetric] | None:
        """Add the metric to the set, unless the set has its full size; then return what the set holds."""
        taking = update(
            keys.made_metrics(user_id),
            "ADD made :new",
            condition="attribute_not_exists(made) OR size(made) < :limit OR contains(made, :metric)",
            expression_values={
                "new": frozenset({_entry(metric)}),
                "metric": _entry(metric),
                "limit": limit,
            },
        )
        try:
            self._table.write(taking)
        except ConditionFailed as error:
            return frozenset(map(_metric, plain_item(error.failed[0])["made"]))
        return None

    def free(self, user_id: str, metrics: Collection[MadeMetric]) -> None:
        """Remove the metrics from the set."""
        entries = frozenset(map(_entry, metrics))
        key = keys.made_metrics(user_id)
        if entries:
            self._table.write(update(key, "DELETE made :gone", expression_values={"gone": entries}))


def _entry(metric: MadeMetric) -> str:
    return f"{epoch_s(metric.made_at)}#{metric.asset_id}"


def _metric(entry: str) -> MadeMetric:
    made_at, _, asset_id = entry.partition("#")
    return MadeMetric(asset_id, datetime.fromtimestamp(int(made_at), UTC))
