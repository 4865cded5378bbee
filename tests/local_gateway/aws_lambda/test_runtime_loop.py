"""The logging of the pure-Python runtime loop."""

import json
import logging
from collections.abc import Iterator

import pytest

from local_gateway.aws_lambda.runtime.loop import _set_up_logging


@pytest.fixture
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, converter = root.handlers[:], root.level, logging.Formatter.converter
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.Formatter.converter = converter


@pytest.mark.usefixtures("_root_logger")
def test_json_logs_have_lambdas_keys_and_level(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_LOG_FORMAT", "JSON")
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", "INFO")
    request_id_filter = _set_up_logging()
    request_id_filter.request_id = "r-1"

    logging.getLogger("app").info("at %s", "INFO")
    logging.getLogger("app").debug("not written")

    line = json.loads(capsys.readouterr().out)
    del line["timestamp"]
    assert line == {"level": "INFO", "message": "at INFO", "logger": "app", "requestId": "r-1"}
