"""Text from outside, made safe to store and to send."""

__all__ = ["clean"]

_DROPPED = dict.fromkeys([*range(0x20), 0x7F])
"""Control characters say nothing to a reader and take six bytes each in JSON."""

for _kept in "\t\n\r":
    del _DROPPED[ord(_kept)]


def clean(text: str) -> str:
    """The text without control characters (tabs and line ends stay) and without halves of surrogate pairs.

    JSON can carry a lone surrogate; UTF-8, DynamoDB and API Gateway can't.
    """
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return sound.translate(_DROPPED)
