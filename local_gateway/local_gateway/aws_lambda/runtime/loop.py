"""A function's main loop in pure Python, for machines that cannot install `awslambdaric`.

`entry.py` runs it. It behaves as awslambdaric does, and the same tests run over both. It does
not support SnapStart and Cognito identities.
"""

import http.client
import importlib
import json
import logging
import math
import os
import sys
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Any

__all__ = ["main"]

_CLIENT_FIELDS = (
    "installation_id",
    "app_title",
    "app_version_name",
    "app_version_code",
    "app_package_name",
)


class RuntimeFault(Exception):
    """The function cannot be loaded, or its data cannot be converted; `kind` is Lambda's error type."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        self.kind = kind
        self.trace = trace or []
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.args[0])


class Context:
    """The second argument of a handler."""

    def __init__(self, headers: dict[str, Any]) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self.client_context = _client_context(headers.get("Lambda-Runtime-Client-Context"))
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline_ms: int = headers["Lambda-Runtime-Deadline-Ms"]

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout, at least 0."""
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message: object) -> None:
        """Write to the function's log."""
        sys.stdout.write(str(message))


class _RequestIdFilter(logging.Filter):
    """Adds the current request id to every record."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        record.tenant_id = None
        return True


class _JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object, with the keys that Lambda uses."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": getattr(record, "aws_request_id", ""),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
        return json.dumps(line, default=str)


def main(handler: str, transport: ModuleType) -> None:
    """Load the handler, then run invocations until the Runtime API closes (ConnectionError)."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    request_id_filter = _set_up_logging()
    try:
        function = _load(handler)
    except Exception as problem:  # noqa: BLE001 - every exception of the module is reported
        error = _describe(problem, "")
        _print_error(error)
        _report_init_error(json.dumps(error).encode())
        sys.exit(1)
    while True:
        event, headers = transport.next()
        request_id_filter.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        _run(function, headers, event, transport)


def _run(
    function: Callable[[Any, Context], Any], headers: dict[str, Any], event: bytes, transport: ModuleType
) -> None:
    """Run one invocation and send its outcome."""
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        result = _marshal(function(_unmarshal(event), Context(headers)))
    except Exception as problem:  # noqa: BLE001 - every exception of the handler is the outcome
        error = _describe(problem, request_id)
        _print_error(error)
        transport.post_error(request_id, json.dumps(error))
    else:
        transport.post_invocation_result(request_id, result)


def _report_init_error(error: bytes) -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request("POST", "/2018-06-01/runtime/init/error", error)
    connection.getresponse().read()


def _load(handler: str) -> Callable[[Any, Context], Any]:
    module_name, found, name = handler.rpartition(".")
    if not found:
        raise RuntimeFault(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)",
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise RuntimeFault(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as problem:
        raise RuntimeFault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {problem}"
        ) from problem
    except SyntaxError as problem:
        where = f'  File "{problem.filename}" Line {problem.lineno}\n    {problem.text}'
        message = f"Syntax error in module '{module_name}': {problem}"
        raise RuntimeFault("Runtime.UserCodeSyntaxError", message, [where]) from problem
    if not hasattr(module, name):
        raise RuntimeFault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    function: Callable[[Any, Context], Any] = getattr(module, name)
    return function


def _unmarshal(event: bytes) -> Any:
    try:
        return json.loads(event)
    except ValueError as problem:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {problem}") from problem


def _marshal(result: Any) -> bytes:
    if isinstance(result, bytes):
        return result
    try:
        return json.dumps(result, default=_to_json, ensure_ascii=False).encode()
    except (TypeError, ValueError) as problem:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {problem}") from problem


def _to_json(value: object) -> Any:
    if isinstance(value, Decimal):
        return math.nan if value.is_nan() else _number(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _client_context(header: str | None) -> SimpleNamespace | None:
    if not header:
        return None
    parsed = json.loads(header)
    client = parsed.get("client")
    if client is not None:
        client = SimpleNamespace(**{field: client.get(field) for field in _CLIENT_FIELDS})
    return SimpleNamespace(custom=parsed.get("custom"), env=parsed.get("env"), client=client)


def _describe(problem: Exception, request_id: str) -> dict[str, Any]:
    if isinstance(problem, RuntimeFault):
        kind, trace = problem.kind, problem.trace
    else:
        kind = type(problem).__name__
        frames = [each for each in traceback.extract_tb(problem.__traceback__) if each.filename != __file__]
        trace = traceback.format_list(frames)
    return {
        "errorMessage": str(problem),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": trace,
    }


def _print_error(error: dict[str, Any]) -> None:
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
    lines += [line for part in error["stackTrace"] for line in part.splitlines()]
    sys.stdout.write("\r".join(lines) + "\n")
    sys.stdout.flush()


def _set_up_logging() -> _RequestIdFilter:
    logging.Formatter.converter = time.gmtime
    request_id_filter = _RequestIdFilter()
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(request_id_filter)
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    handler.setFormatter(_JsonFormatter() if is_json else logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").replace("TRACE", "DEBUG")
    if level:
        logging.getLogger().setLevel(level)
    return request_id_filter
