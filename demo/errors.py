"""What the demo's commands say to whoever runs them, in one line."""

__all__ = ["DemoError"]


class DemoError(Exception):
    """Something that the person at the terminal can put right; its text is a sentence for them."""
