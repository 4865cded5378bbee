"""The terminal output: the start banner and the functions' log lines."""

import json
import re
import sys
import time
import zlib
from dataclasses import asdict
from typing import TextIO

from local_gateway.aws_lambda.function_log import LogLine
from local_gateway.gateway_server import GatewayServer

__all__ = ["LinePrinter", "banner"]

_COLOURS = (36, 32, 33, 35, 34, 96, 92, 95)
_RED = 31
_NOISE = "LAMBDA_WARNING: Unhandled exception"
"""Lambda's advice before the error of a function that cannot be loaded; it hides the error itself."""
_UNAUTHORIZED = re.compile(r"\[ERROR\] \w+: Unauthorized")


def _lines(text: str) -> list[str]:
    """Split an error's lines. An authorizer raises to return 401; omit the trace of that exception."""
    first, *trace = text.split("\r")
    return [first] if _UNAUTHORIZED.fullmatch(first) else [first, *trace]


def banner(server: GatewayServer) -> str:
    """Return the addresses, routes, functions and tables of a gateway."""
    stack, endpoints = server.stack, server.endpoints
    rows = [
        ("WebSocket", server.websocket_url),
        ("@connections", endpoints.management),
        ("Lambda Invoke", endpoints.lambda_api),
        ("DynamoDB", endpoints.dynamodb or "(the template has no tables)"),
    ]
    lines = [f"{stack.api.name} runs on this machine; Ctrl-C ends it.", ""]
    lines += [f"  {title:14} {value}" for title, value in rows]
    lines += ["", "  Routes"]
    functions = {function.arn: function.logical_id for function in stack.functions.values()}
    for route in stack.api.routes.values():
        target = route.integration.function_arn or "MOCK"
        lines.append(f"    {route.key:18} {functions.get(target, target)}")
    lines += ["", "  Functions"]
    lines += [f"    {each.logical_id:24} {each.name}" for each in stack.functions.values()]
    if stack.api.api_keys:
        lines += ["", "  API keys", *(f"    {key}" for key in sorted(stack.api.api_keys))]
    if stack.tables:
        lines += ["", "  Tables"]
        lines += [f"    {table.logical_id:24} {table.name}" for table in stack.tables.values()]
    return "\n".join(lines) + "\n"


class LinePrinter:
    """Prints log lines as text, in colour on a terminal, or as JSON."""

    def __init__(self, *, as_json: bool, platform_lines: bool, out: TextIO = sys.stderr) -> None:
        self._as_json = as_json
        self._platform_lines = platform_lines
        self._out = out
        self._coloured = out.isatty()

    def __call__(self, line: LogLine) -> None:
        """Print one line; platform lines only if `platform_lines` is set."""
        if line.kind == "platform" and not self._platform_lines:
            return
        if _NOISE in line.text:
            return
        if self._as_json:
            self._out.write(json.dumps(asdict(line)) + "\n")
        else:
            # awslambdaric separates the lines of one error by carriage returns.
            for text in _lines(line.text.replace("\u00a0", " ")):
                self._out.write(self._as_text(line, text))
        self._out.flush()

    def _as_text(self, line: LogLine, text: str) -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(line.at_epoch_s))
        milliseconds = int(line.at_epoch_s * 1000) % 1000
        name = line.function
        if self._coloured:
            colour = _COLOURS[zlib.crc32(name.encode()) % len(_COLOURS)]
            name = f"\x1b[{colour}m{name}\x1b[0m"
            text = f"\x1b[{_RED}m{text}\x1b[0m" if line.kind == "error" else text
        return f"{clock}.{milliseconds:03d} {name} {text}\n"
