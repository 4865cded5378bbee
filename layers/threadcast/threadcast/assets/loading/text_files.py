"""Reads a file of the folder as text: UTF-8, of bounded size, and not a link to somewhere else."""

import codecs
import re
import shlex
from pathlib import Path

from threadcast.errors import DefinitionFault

__all__ = ["read_text"]

_MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""Byte order marks, and the encodings' names for iconv; UTF-32's begin with those of UTF-16."""

_USUAL = "WINDOWS-1252"  # the default of spreadsheets in western Europe and America
_ZIP = b"PK\x03\x04"
_SAMPLE_BYTES = 4_096
_SHOWN_CHARACTERS = 20
_BEGIN_OF_WORD, _END_OF_WORD = re.compile(r"^[^\s,;\"]*"), re.compile(r"[^\s,;\"]*\Z")


def read_text(path: Path, max_bytes: int) -> str:
    """Return a file's text without its byte order mark; raises `DefinitionFault`.

    A symbolic link is followed within the folder only, so that a folder from somebody else can't have other
    files of this machine stored.
    """
    found = _content(path, max_bytes)
    encoding = _encoding_by_zeros_and_marks(found)
    if encoding not in {None, "UTF-8"}:
        raise DefinitionFault(str(path), f"it is {encoding}, not UTF-8. {_conversion(path, str(encoding))}")
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, found, error.start) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DefinitionFault(str(path), "it is no text: it holds NUL characters", line)
    return text


def _content(path: Path, max_bytes: int) -> bytes:
    source = str(path)
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(path.parent.resolve()):
            raise DefinitionFault(source, "it is a link out of its folder; put a copy into the folder")
        if not target.is_file():
            raise DefinitionFault(source, "it is not a file")
        with target.open("rb") as file:
            found = file.read(max_bytes + 1)
        size = target.stat().st_size
    except (OSError, RuntimeError) as error:  # until Python 3.12, a link to itself is a RuntimeError
        reason = error.strerror if isinstance(error, OSError) else "it is a link to itself"
        raise DefinitionFault(source, f"it cannot be read: {reason}") from error
    if len(found) > max_bytes:
        raise DefinitionFault(source, f"it has {size:,} bytes; at most {max_bytes:,} are read")
    if found.startswith(_ZIP):
        reason = "it is an archive, as the workbooks of spreadsheets are; save it as CSV in UTF-8"
        raise DefinitionFault(source, reason)
    return found


def _encoding_by_zeros_and_marks(content: bytes) -> str | None:
    """Return the encoding that a byte order mark names, or that zero bytes at every other place show."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if marked is not None:
        return marked
    sample = content[:_SAMPLE_BYTES]
    even, odd = sample[::2], sample[1::2]
    if odd.count(0) * 2 > len(odd) and not even.count(0):
        return "UTF-16LE"
    if even.count(0) * 2 > len(even) and not odd.count(0):
        return "UTF-16BE"
    return None


def _not_utf8(path: Path, content: bytes, position: int) -> DefinitionFault:
    """Return the fault, with the word at the position as the usual encoding reads it, to be judged."""
    line = content.count(b"\n", 0, position) + 1
    word = "".join(
        found.group()
        for pattern, part in (
            (_END_OF_WORD, content[max(0, position - _SHOWN_CHARACTERS) : position]),
            (_BEGIN_OF_WORD, content[position : position + _SHOWN_CHARACTERS]),
        )
        if (found := pattern.search(part.decode(_USUAL, "replace")))
    )
    if "\N{REPLACEMENT CHARACTER}" in word:
        return DefinitionFault(
            str(path), "it is not UTF-8; docs/assets.md has commands that convert it", line
        )
    reason = f"it is not UTF-8. If '{word}' is right here, it is {_USUAL}. {_conversion(path, _USUAL)}"
    return DefinitionFault(str(path), f"{reason}. Otherwise see docs/assets.md", line)


def _conversion(path: Path, encoding: str) -> str:
    name, converted = shlex.quote(str(path)), shlex.quote(f"{path}.utf8")
    return f"Convert it: iconv -f {encoding} -t UTF-8 {name} > {converted} && mv {converted} {name}"
