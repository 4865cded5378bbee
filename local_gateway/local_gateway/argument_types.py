"""The types of the command's arguments; each raises `argparse.ArgumentTypeError` with what is wrong."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_gateway.access.access_rule import AccessRule
from local_gateway.injected_faults import PostFault

__all__ = ["factor", "fault", "folder", "origin", "pair", "port", "positive_int", "seconds"]

_PORTS = range(65_536)


def port(text: str) -> int:
    """Return a port, 0 for any free one."""
    if not text.isdecimal() or int(text) not in _PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 (any free port) to {_PORTS[-1]}")
    return int(text)


def positive_int(text: str) -> int:
    """Return a number of invocations, at least 1."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of invocations")
    return int(text)


def seconds(text: str) -> float:
    """Return a number of seconds, at least 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


def factor(text: str) -> float:
    """Return a factor, above 0."""
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a factor")
    return factor


def pair(text: str) -> tuple[str, str]:
    """Return name and value of NAME=VALUE."""
    name, found, value = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


_FAULT_FIELDS: Mapping[str, Callable[[str], Any]] = {
    "status": int,
    "delay_s": float,
    "connection_id": str,
    "times": int,
    "after": int,
    "kills": str,
    "drops": lambda text: text.lower() in {"1", "true", "yes"},
}


def fault(text: str) -> PostFault:
    """Return an injected fault of NAME=VALUE pairs that commas separate."""
    pairs = dict(pair(part) for part in text.split(","))
    unknown = pairs.keys() - _FAULT_FIELDS.keys()
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: not one of {', '.join(_FAULT_FIELDS)}"
        )
    try:
        return PostFault(**{name: _FAULT_FIELDS[name](value) for name, value in pairs.items()})
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def folder(text: str) -> Path:
    """Return an existing folder."""
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder")
    return folder


def origin(text: str) -> str:
    """Return an origin, or `*`."""
    try:
        AccessRule(origins=frozenset({text}))
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem
    return text
