"""Failures of an instrumented handler: raised to Lambda, and logged in one line without a traceback."""

import io
import traceback
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from threadcast.entrypoints.instrumented import Event, Handler, instrumented
from threadcast.errors import AgentError, StoreUnavailable, ThreadcastError, UnexpectedError, UnknownEvent

SECRET = "the takeover of Initech"
CONTEXT = SimpleNamespace(aws_request_id="r-1")
FAILURES = [(UnknownEvent("not a turn's handoff"), 400), (StoreUnavailable("the table is unavailable"), 500)]


def failing_handler(error: Exception) -> Callable[[Event, object], object]:
    def handler(_event: Event, _context: object) -> None:
        raise error

    wrapped: Handler = instrumented(handler)
    return wrapped


@pytest.mark.parametrize("error", [error for error, _ in FAILURES])
def test_a_failure_is_raised_to_lambda_and_logged_in_one_line(
    error: ThreadcastError, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AWS_SAM_LOCAL", raising=False)

    with pytest.raises(type(error)):
        failing_handler(error)({}, CONTEXT)

    (line,) = caplog.records
    assert line.__dict__["reason"] == f"{type(error).__name__}: {error}"
    assert line.exc_info is None


@pytest.mark.parametrize("error", [ValueError, AgentError])
def test_an_exception_that_may_quote_anything_is_raised_and_logged_without_its_text(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AWS_SAM_LOCAL", raising=False)

    with pytest.raises(UnexpectedError) as caught:
        failing_handler(error(SECRET))({}, CONTEXT)

    (line,) = caplog.records
    assert str(caught.value) == line.__dict__["reason"] == error.__name__
    assert "test_instrumented.py" in line.__dict__["trace"]
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + str(line.__dict__)


@pytest.mark.parametrize("event", [None, [], "event", {"requestContext": {"connectionId": {"body": SECRET}}}])
def test_any_event_can_be_logged(event: object, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO) -> None:
    monkeypatch.delenv("AWS_SAM_LOCAL", raising=False)

    with pytest.raises(UnknownEvent):
        failing_handler(UnknownEvent("not one"))(event, CONTEXT)

    assert "invocation_failed" in logged.getvalue()
    assert SECRET not in logged.getvalue()


@pytest.mark.parametrize(("error", "status"), FAILURES)
def test_sam_local_invoke_receives_a_failure_as_the_result(
    error: ThreadcastError, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")

    result = failing_handler(error)({}, CONTEXT)

    assert result == {"statusCode": status, "error": f"{type(error).__name__}: {error}"}
