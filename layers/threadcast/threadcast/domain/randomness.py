"""Random numbers that stay unpredictable in functions that start from a snapshot."""

import random

__all__ = ["unpredictable"]

unpredictable = random.SystemRandom()
"""The operating system's numbers.

The state of `random` itself would be part of a SnapStart snapshot: every execution environment that starts
from it would draw the same jitter.
"""
