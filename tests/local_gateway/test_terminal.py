"""The functions' log lines in the terminal."""

import io

import pytest

from local_gateway.aws_lambda.function_log import LogLine
from local_gateway.terminal import LinePrinter

TRACE = "\rTraceback (most recent call last):\r  File “app.py”, line 1\r    raise"


def printed(text: str) -> list[str]:
    out = io.StringIO()
    LinePrinter(as_json=False, platform_lines=False, out=out)(LogLine("Fn", "output", text, "r-1", 0.0))
    return [line.split(" ", 1)[1] for line in out.getvalue().splitlines()]


def test_an_error_is_printed_line_by_line() -> None:
    assert printed("[ERROR] ValueError: No." + TRACE) == [
        "Fn [ERROR] ValueError: No.",
        "Fn Traceback (most recent call last):",
        "Fn   File “app.py”, line 1",
        "Fn     raise",
    ]


def test_lambdas_advice_before_an_import_error_is_not_printed() -> None:
    advice = "[WARNING]\t2026-11-28T10:00:00.000Z\t\tLAMBDA_WARNING: Unhandled exception. The most likely"

    assert printed(advice) == []
    assert printed("[ERROR] Runtime.ImportModuleError: No module named 'x'") == [
        "Fn [ERROR] Runtime.ImportModuleError: No module named 'x'"
    ]


@pytest.mark.parametrize("name", ["Exception", "HandshakeRefused"])
def test_an_authorizers_unauthorized_exception_is_printed_without_its_trace(name: str) -> None:
    assert printed(f"[ERROR] {name}: Unauthorized" + TRACE) == [f"Fn [ERROR] {name}: Unauthorized"]
