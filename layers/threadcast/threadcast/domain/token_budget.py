"""Estimates the tokens of a text, and cuts texts to a number of tokens."""

__all__ = ["clipped", "estimated_tokens"]

_BYTES_PER_TOKEN = 3
"""Prose has about four, numbers and JSON two to three; an estimate that is too high only wastes room."""

_CUT = " … (cut)"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens the text takes, rather more than fewer."""
    return len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 1


def clipped(text: str, max_tokens: int) -> str:
    """Return the text, or as much of its beginning as fits, with a mark."""
    if estimated_tokens(text) <= max_tokens:
        return text
    room = max(max_tokens * _BYTES_PER_TOKEN - len(_CUT.encode()), 0)
    return text.encode()[:room].decode(errors="ignore").rstrip() + _CUT
