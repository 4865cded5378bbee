"""A turn's limits, its token usage, and its cost."""
