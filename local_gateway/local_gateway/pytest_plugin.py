"""The pytest plugin: fixtures that run a template's WebSocket API, and its log in the report of a failure."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from local_gateway import Gateway, LogLine

_LINES = pytest.StashKey[list["LogLine"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the template's path, as an option and for the configuration file."""
    text = "the template that the fixtures `local_gateway` and `gateway` run"
    parser.addini("local_gateway_template", text, default="template.yaml")
    parser.getgroup("local-gateway").addoption("--local-gateway-template", metavar="FILE", help=text)


@pytest.fixture(scope="session")
def local_gateway_options() -> dict[str, Any]:
    """Return arguments of `running_gateway`: override this fixture to set parameters, limits and more."""
    return {}


@pytest.fixture(scope="session")
def local_gateway(pytestconfig: pytest.Config, local_gateway_options: dict[str, Any]) -> "Iterator[Gateway]":
    """Run the template for the session; the argument `template` of the options takes precedence."""
    from local_gateway import running_gateway  # noqa: PLC0415 - slow, and most runs of pytest do not need it

    options = dict(local_gateway_options)
    configured = pytestconfig.getoption("--local-gateway-template")
    template = options.pop("template", None) or (
        Path(configured)
        if configured
        else pytestconfig.rootpath / str(pytestconfig.getini("local_gateway_template"))
    )
    lines = pytestconfig.stash.setdefault(_LINES, [])
    options.setdefault("log_sink", lines.append)
    with running_gateway(template, **options) as gateway:
        yield gateway


@pytest.fixture
def gateway(local_gateway: "Gateway", pytestconfig: pytest.Config) -> "Iterator[Gateway]":
    """Return the session's gateway; afterwards remove the faults that the test has set."""
    pytestconfig.stash.setdefault(_LINES, []).clear()
    yield local_gateway
    local_gateway.clear_faults()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the functions' log since the start of a failed test to its report."""
    report = yield
    lines = item.config.stash.get(_LINES, [])
    if report.failed and lines and "gateway" in getattr(item, "fixturenames", ()):
        text = "\n".join(f"{line.function} {line.text}" for line in lines)
        report.sections.append(("local gateway log", text))
    return report
