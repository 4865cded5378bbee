"""Makes text from outside safe to store and to send, and short enough."""

from json.encoder import encode_basestring

__all__ = [
    "MAX_TITLE_CHARACTERS",
    "UNTITLED",
    "clean",
    "clipped",
    "cut",
    "estimated_tokens",
    "json_size",
    "title_from_prompt",
]

UNTITLED = "New chat"
"""The title of a chat without an asset, until a turn has named it."""

MAX_TITLE_CHARACTERS = 300
"""The longest title that a user can give a chat, and that an agent's is cut to."""

_PROMPT_TITLE_CHARACTERS = 60

_CUT_MARK = "…"
_MOST_BYTES = 4
"""What a character takes in a frame at most, once it is clean."""

_BYTES_PER_TOKEN = 3
"""Prose has about four, numbers and JSON two to three; an estimate that is too high only wastes room."""

_CUT = " … (cut)"

_DROPPED = dict.fromkeys([*range(0x20), 0x7F])
"""Control characters say nothing to a reader and take six bytes each in JSON."""

for _kept in "\t\n\r":
    del _DROPPED[ord(_kept)]


def clean(text: str) -> str:
    """Return the text without control characters (tabs and line ends stay) and lone surrogates.

    JSON can carry a lone surrogate; UTF-8, DynamoDB and API Gateway can't.
    """
    if text.isprintable():  # neither is, and most tokens are
        return text
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return sound.translate(_DROPPED)


def json_size(text: str) -> int:
    """Return the number of bytes that a text takes in a frame, without quotes."""
    return len(encode_basestring(text).encode()) - 2


def cut(text: str, max_bytes: int) -> str:
    """Return the text, or as much of its beginning as fits `max_bytes` of a frame, with a mark."""
    if json_size(text) <= max_bytes:
        return text
    room = max_bytes - len(_CUT_MARK.encode())
    kept = text[: max(room, 0)]
    while kept and (excess := json_size(kept) - room) > 0:
        kept = kept[: -max(excess // _MOST_BYTES, 1)]
    return kept + _CUT_MARK


def title_from_prompt(prompt: str) -> str:
    """Return the prompt's first words, at most 60 characters."""
    text = " ".join(clean(prompt[:1_000]).split())
    if len(text) <= _PROMPT_TITLE_CHARACTERS:
        return text or UNTITLED
    return text[: _PROMPT_TITLE_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens the text takes, rather more than fewer."""
    return len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 1


def clipped(text: str, max_tokens: int) -> str:
    """Return the text, or as much of its beginning as fits, with a mark."""
    if estimated_tokens(text) <= max_tokens:
        return text
    room = max(max_tokens * _BYTES_PER_TOKEN - len(_CUT.encode()), 0)
    return text.encode()[:room].decode(errors="ignore").rstrip() + _CUT
