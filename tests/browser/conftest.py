"""A running stack that serves the built page, and a browser with one window for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.stack.page import built_page
from demo.stack.running_stack import Stack, running_stack
from tests.browser.screens import Window
from threadcast_client.terminal_chat.stdio import OutputConsole

WAIT_MS = 60_000
"""For a machine that is busy with other work."""

PARAMETERS = {"AnalystPaceMs": "150", "TurnBurst": "100", "MessageBurst": "1000", "MessagesPerMinute": "1000"}

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    page = built_page()
    assert page is not None, "make page builds it"
    with running_stack(OutputConsole(), PARAMETERS, page=page) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert executable is not None, "make test-web installs Debian's Chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    made.set_default_timeout(WAIT_MS)
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def problems(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser's console reports: errors, warnings and refusals of the content security policy."""
    found: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda line: line.type in {"error", "warning"} and found.append(line.text))

    context.on("page", watch)
    yield found
    assert found == []


@pytest.fixture
def window(context: BrowserContext, stack: Stack, problems: list[str]) -> Window:
    """A window in which Ada is signed in, at the gallery."""
    assert stack.page_url is not None
    opened = Window(context.new_page())
    opened.page.goto(stack.page_url)
    opened.sign_in("Ada")
    return opened


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots go: `docs/images` if PICTURES says so, else a folder that is not committed."""
    folder = Path(os.environ.get("PICTURES", "build/pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
