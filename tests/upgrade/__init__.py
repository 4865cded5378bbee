"""A table written by the former release, and the new code on it."""
