"""A model that can be asked, whatever endpoint it is behind."""

from collections.abc import Callable
from dataclasses import dataclass

from strands.models import Model

from threadcast.adapters.model_agent.model_errors import Failure

__all__ = ["Provider"]


@dataclass(frozen=True, slots=True)
class Provider:
    """The model that answers and the one that makes titles, and how their SDK's errors are to be read.

    `failure_of` gives None for an error that is not the SDK's. `counts_cached_apart`: tokens read from or
    written to the prompt cache are not part of the input tokens that the endpoint reports.
    `takes_cache_points`: marks in the system prompt tell the endpoint what to keep for the next call.
    """

    model: Model
    title_model: Model
    failure_of: Callable[[BaseException], Failure | None]
    counts_cached_apart: bool = False
    takes_cache_points: bool = False
