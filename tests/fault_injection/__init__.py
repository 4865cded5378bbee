"""Turns of concurrent users on a whole stack, with injected faults: see run.py."""
