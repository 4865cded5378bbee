"""Comes with its use case."""
