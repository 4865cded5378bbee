"""Errors that the demo's commands report in one line."""

__all__ = ["DemoError"]


class DemoError(Exception):
    """An error that the user of a command can correct; its text is a sentence for them."""
