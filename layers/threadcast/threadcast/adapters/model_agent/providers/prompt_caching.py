"""Which parts of a request Bedrock may be asked to keep for the next call.

A model that keeps nothing refuses a request with a cache point in it, so a doubt is settled against them.
https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
"""

import re
from typing import Literal

__all__ = ["CachePoints", "KeptParts", "kept_parts"]

CachePoints = Literal["auto", "all", "system", "none"]
"""What an operator asks for; `auto`: whatever the model's name promises."""

KeptParts = Literal["all", "system", "none"]
"""Tools, system prompt and conversation; the system prompt alone; nothing."""

_ALL = re.compile(r"claude-(?!v|instant|3-(?:opus|sonnet|haiku|5-sonnet))")
"""Claude, but for the families that were made before there were caches."""

_SYSTEM = re.compile(r"amazon\.nova-(?!sonic|canvas|reel)")
"""Nova takes no cache points in its tools, and the SDK sets none in its conversations."""


def kept_parts(asked: CachePoints, model_id: str) -> KeptParts:
    """What to mark in requests to that model; nothing where its id does not tell whose it is."""
    if asked != "auto":
        return asked
    name = model_id.lower()
    if _ALL.search(name):
        return "all"
    return "system" if _SYSTEM.search(name) else "none"
