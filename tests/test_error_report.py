"""What the log receives of an exception: types, our own texts, positions in the code, and nothing else."""

import ast
from pathlib import Path

import pytest

from threadcast.domain.error_report import error_facts
from threadcast.errors import AgentError, StoreUnavailable, ThreadcastError

ROOT = Path(__file__).parents[1]
SECRET = "the takeover of Initech"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_a_foreign_exception_is_reported_by_its_type_and_position() -> None:
    error = ValueError(SECRET)
    error.add_note(SECRET)

    facts = error_facts(raised(error))

    line = raised.__code__.co_firstlineno + 2
    name = "/".join(Path(__file__).parts[-3:])
    assert facts == {"reason": "ValueError", "trace": f"{name}:{line} raised"}


def test_an_error_of_our_own_is_reported_with_its_text_and_its_causes() -> None:
    error = raised(StoreUnavailable("InternalServerError"), cause=KeyError(SECRET))

    assert error_facts(error)["reason"] == "StoreUnavailable: InternalServerError from KeyError"


def test_an_agents_text_is_not_reported() -> None:
    error = raised(AgentError(SECRET), cause=ThreadcastError("ACCESS_DENIED"))

    assert error_facts(error)["reason"] == "AgentError from ThreadcastError: ACCESS_DENIED"


def test_a_context_is_reported_unless_it_is_suppressed() -> None:
    error, context = ValueError(), KeyError()
    error.__context__ = context
    suppressed = TypeError()
    suppressed.__context__, suppressed.__suppress_context__ = context, True

    assert error_facts(error)["reason"] == "ValueError from KeyError"
    assert error_facts(suppressed)["reason"] == "TypeError"


def test_the_report_of_an_endless_recursion_is_short() -> None:
    def recur() -> None:
        recur()

    with pytest.raises(RecursionError) as caught:
        recur()

    assert len(error_facts(caught.value)["trace"].split(", ")) == 20


@pytest.mark.parametrize("folder", ["layers", "functions"])
def test_no_exception_is_logged_with_its_text(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and (
            (isinstance(call.func, ast.Attribute) and call.func.attr == "exception" and call.args)
            or any(keyword.arg == "exc_info" for keyword in call.keywords)
        )
    ]

    assert found == []
