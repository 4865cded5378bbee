"""An agent without a network: it understands a question about an asset's rows and computes the answer."""

from threadcast.adapters.offline_analyst.analyst import OfflineAnalyst
from threadcast.adapters.offline_analyst.making import MetricMaker

__all__ = ["MetricMaker", "OfflineAnalyst"]
