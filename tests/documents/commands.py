"""Finds the shell commands of the documents: in fenced blocks, and of some programs also within sentences."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.source_files import source_files

__all__ = ["ROOT", "Command", "commands_of", "documented_commands", "unknown_programs"]

ROOT = Path(__file__).parents[2]
_DOCUMENTS = [path for path in source_files(ROOT, ("CHANGELOG.md",)) if path.endswith(".md")]
_SHELL = {"", "sh"}
_PROGRAMS = {
    "aws", "export", "git", "local-gateway", "make", "npm", "npx", "pip", "python", "sam", "threadcast",
    "threadcast-chat",
}  # fmt: skip
_WITHIN_SENTENCES = re.compile(r"`((?:make|aws|sam|(?:\.venv|\.sam-venv)/bin/\S+) [^`]+)`")
_SUBSTITUTED = re.compile(r"\$\(([^()]+)\)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ENVIRONMENT = re.compile(r"^(\.(?:sam-)?venv)/bin/")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, as the shell would split it; `program` is named without its folder."""

    page: str
    line: str
    program: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {self.line}"


def documented_commands() -> list[Command]:
    """Return every command of every document, each once for a page."""
    found = [
        command for page in _DOCUMENTS for command in commands_of(page, (ROOT / page).read_text("utf-8"))
    ]
    return list(dict.fromkeys(found))


def commands_of(page: str, text: str) -> Iterator[Command]:
    """Yield the commands of a page's text, and those whose output they take."""
    for line in _lines(text):
        for part in (line, *_SUBSTITUTED.findall(line)):
            if (program := _program(part)) in _PROGRAMS:
                yield Command(page, part, program, tuple(shlex.split(part, comments=True)[1:]))


def unknown_programs(text: str) -> Iterator[str]:
    """Yield the lines behind a shell's prompt that call a program which no check knows."""
    for line in _lines(text, prompts_only=True):
        if _program(line) not in {*_PROGRAMS, "…"}:
            yield line


def _lines(text: str, *, prompts_only: bool = False) -> Iterator[str]:
    for language, block in _FENCED.findall(text):
        for line in re.sub(r"\\\n\s*", "", block).splitlines() if language in _SHELL else ():
            is_prompt = line.startswith("$ ")
            if is_prompt or not prompts_only:
                yield line.removeprefix("$ ").strip()
    if not prompts_only:
        yield from _WITHIN_SENTENCES.findall(_FENCED.sub("", text))


def _program(line: str) -> str:
    return _ENVIRONMENT.sub("", line.split(" ", 1)[0])
