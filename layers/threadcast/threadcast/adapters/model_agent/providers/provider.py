"""`Provider`: a model behind any kind of endpoint."""

from collections.abc import Callable
from dataclasses import dataclass

from strands.models import Model

from threadcast.adapters.model_agent.model_errors import Failure

__all__ = ["Provider"]


@dataclass(frozen=True, slots=True)
class Provider:
    """The models for answers and for titles, and the translation of their SDK's errors.

    `failure_of` returns None for an error that is not the SDK's. `counts_cached_apart`: the reported input
    tokens do not include those read from or written to the prompt cache. `takes_cache_points`: the system
    prompt may contain cache points.
    """

    model: Model
    title_model: Model
    failure_of: Callable[[BaseException], Failure | None]
    counts_cached_apart: bool = False
    takes_cache_points: bool = False
