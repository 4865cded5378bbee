"""Decides which parts of a request Bedrock can cache.

A model without prompt caching refuses a request with a cache point, so unknown models get none.
https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
"""

import re
from typing import Literal

__all__ = ["CachePoints", "CacheableParts", "cacheable_parts"]

CachePoints = Literal["auto", "all", "system", "none"]
"""The operator's choice; `auto`: by the model's name."""

CacheableParts = Literal["all", "system", "none"]
"""Tools, system prompt and conversation; the system prompt alone; nothing."""

_ALL = re.compile(r"claude-(?!v|instant|3-(?:opus|sonnet|haiku|5-sonnet))")
"""Claude, except the families without prompt caching."""

_SYSTEM = re.compile(r"amazon\.nova-(?!sonic|canvas|reel)")
"""Nova accepts no cache points in its tools, and the SDK sets none in its conversations."""


def cacheable_parts(choice: CachePoints, model_id: str) -> CacheableParts:
    """Return the parts to mark in requests to this model; none if its id does not show its family."""
    if choice != "auto":
        return choice
    name = model_id.lower()
    if _ALL.search(name):
        return "all"
    return "system" if _SYSTEM.search(name) else "none"
