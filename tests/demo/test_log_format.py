"""Log lines formatted for a terminal."""

import json

import pytest

from demo.stack.log_format import readable_lines
from local_gateway import LogLine

LOGGED = {
    "level": "WARNING",
    "location": "handler:18",
    "message": "token_rejected",
    "timestamp": "2026-01-05",
    "service": "threadcast",
    "reason": "no token",
    "route_key": "$connect",
    "connection_id": None,
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (json.dumps(LOGGED), ["WARNING token_rejected reason=no token route_key=$connect"]),
        (json.dumps({"_aws": {"Timestamp": 1}, "TokensRejected": [1.0]}), []),
        ("[ERROR] ValueError: No.", ["[ERROR] ValueError: No."]),
        ('{"an": "object"}', ['{"an": "object"}']),
        ("7", ["7"]),
    ],
)
def test_structured_lines_are_shortened_and_metrics_are_dropped(text: str, shown: list[str]) -> None:
    taken: list[LogLine] = []

    readable_lines(taken.append)(LogLine("Fn", "output", text, "r-1", 0.0))

    assert taken == [LogLine("Fn", "output", line, "r-1", 0.0) for line in shown]
