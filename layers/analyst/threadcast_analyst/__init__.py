"""An agent without a network: it understands a question about an asset's rows and computes the answer."""

from threadcast_analyst.analyst import OfflineAnalyst
from threadcast_analyst.making import MetricMaker

__all__ = ["MetricMaker", "OfflineAnalyst"]
