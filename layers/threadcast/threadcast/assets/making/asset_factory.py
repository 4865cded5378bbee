"""`AssetFactory`: makes the metrics that a model requests."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.assets.making.metric_storage import MetricStorage
from threadcast.assets.making.new_metric import MetricRequest, metric_definition
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType
from threadcast.domain.error_report import error_facts
from threadcast.domain.user import User
from threadcast.errors import MetricLimitReached, StoreError, ToolRefusal
from threadcast.ports import Clock, IdMaker

__all__ = ["AssetFactory"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AssetFactory:
    """Makes assets with ids of `new_id` and times of `clock`, and stores them in `storage`."""

    storage: MetricStorage
    new_id: IdMaker
    clock: Clock

    def make_metric(
        self, request: MetricRequest, source: Asset, tables: Sequence[DataTable], owner: User
    ) -> Asset:
        """Store the requested metric, derived from `source` and its tables, and return it.

        Raises `ToolRefusal`, with a text for the model, if the request is invalid, the user has as many made
        metrics as allowed, or the store fails.
        """
        now, asset_id = self.clock.now(), self.new_id()
        definition = metric_definition(request, asset_id, source, tables)
        asset = Asset(
            asset_id,
            AssetType.METRIC_FILE,
            request.name,
            definition,
            owner.id,
            created_at=now,
            updated_at=now,
            owner_name=owner.name,
        )
        try:
            return self.storage.save(asset, request.rows)
        except MetricLimitReached as reached:
            raise ToolRefusal(f"The metric was not made: {reached.rule}. Tell the user so.") from None
        except StoreError as error:
            _log.error("metric_not_stored", extra={"asset_id": asset_id, **error_facts(error)})
            raise ToolRefusal("The metric could not be stored. Tell the user to try again later.") from None
