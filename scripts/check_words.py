"""Report the replaced words of docs/glossary.md that are still in use: `python -m scripts.check_words`.

Names are split into words before they are compared: the pattern `old name` also matches `OldName` and
`old_name`. A space in a pattern matches any white space, a hyphen, and the line break of a comment.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from scripts.markdown_tables import quoted, table_rows
from scripts.source_files import source_files

__all__ = ["Exemption", "Hit", "Replacement", "Rules", "area_of", "check", "find_hits", "read_rules"]

ROOT = Path(__file__).parents[1]
GLOSSARY = "docs/glossary.md"
NOT_CHECKED = ("layers/*/requirements.txt", GLOSSARY)

_SPACE = r"[\s-]+(?:#\s*)?"
_AREA_DEPTHS = {"layers": 4, "local_gateway": 3, "clients": 2, "tests": 2, "demo": 2}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A row of the table "Replaced words"."""

    pattern: re.Pattern[str]
    term: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """One pattern of a row of the table "Exceptions"; `files` are globs whose `*` crosses folders."""

    pattern: re.Pattern[str]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Both tables of the glossary."""

    replacements: tuple[Replacement, ...]
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A replaced word in a file; `line` counts from 1."""

    path: str
    line: int
    word: str
    term: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word!r} -> {self.term}"


def read_rules(glossary: str) -> Rules:
    """Read the tables "Replaced words" and "Exceptions" of the glossary's text."""
    replacements = tuple(
        Replacement(pattern, term)
        for words, term in table_rows(glossary, "Replaced words")
        for pattern in _patterns(words)
    )
    exemptions = tuple(
        Exemption(pattern, tuple(quoted(files)))
        for words, files, _reason in table_rows(glossary, "Exceptions")
        for pattern in _patterns(words)
    )
    return Rules(replacements, exemptions)


def find_hits(path: str, text: str, rules: Rules) -> tuple[list[Hit], set[Exemption]]:
    """Return a file's hits in line order, and the exemptions that applied to it."""
    words = _in_words(text)
    used: set[Exemption] = set()
    allowed: list[tuple[int, int]] = []
    for exemption in rules.exemptions:
        if any(fnmatch(path, glob) for glob in exemption.files):
            spans = [found.span() for found in exemption.pattern.finditer(words)]
            allowed += spans
            used |= {exemption} if spans else set()
    hits = [
        Hit(path, words.count("\n", 0, found.start()) + 1, " ".join(found[0].split()), replacement.term)
        for replacement in rules.replacements
        for found in replacement.pattern.finditer(words)
        if not any(start <= found.start() and found.end() <= end for start, end in allowed)
    ]
    return sorted(hits, key=lambda hit: (hit.line, hit.word)), used


def area_of(path: str) -> str:
    """Return the folder that a hit is counted under."""
    parts = path.split("/")[:-1]
    return "/".join(parts[: _AREA_DEPTHS.get(parts[0], 1)]) if parts else "."


def check(root: Path) -> tuple[list[Hit], list[str]]:
    """Return the hits in all checked files below `root`, and the exceptions that no file needs."""
    rules = read_rules((root / GLOSSARY).read_text(encoding="utf-8"))
    hits: list[Hit] = []
    used: set[Exemption] = set()
    for path in source_files(root, NOT_CHECKED):
        if path.endswith((".py", ".md")) or Path(path).name in {"Makefile", "template.yaml"}:
            found, applied = find_hits(path, (root / path).read_text(encoding="utf-8"), rules)
            hits += found
            used |= applied
    unused = [
        f"{GLOSSARY}: no file needs the exception {exemption.pattern.pattern!r}"
        for exemption in rules.exemptions
        if exemption not in used
    ]
    return hits, unused


def _in_words(text: str) -> str:
    """Split names into words, in lower case; line breaks stay."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("_", " ").lower()


def _patterns(cell: str) -> Iterator[re.Pattern[str]]:
    for words in quoted(cell):
        pattern = words.replace("_", " ").replace(" ", _SPACE)
        yield re.compile(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])")


def main() -> int:
    """Print every hit, and how many each area has; return 1 if there is one."""
    hits, unused = check(ROOT)
    _print([*hits, *unused])
    if hits:
        _print(f"{count:6} in {area}" for area, count in sorted(Counter(map(_area, hits)).items()))
        _print([f"{len(hits)} replaced words, see {GLOSSARY}"])
    return 1 if hits or unused else 0


def _area(hit: Hit) -> str:
    return area_of(hit.path)


def _print(lines: Iterable[object]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
