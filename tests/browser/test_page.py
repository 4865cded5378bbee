"""What holds on every screen: permissions, missing cells, accessibility, keyboard, size, one socket."""

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from demo.stack.running_stack import Stack
from tests.browser.screens import DASHBOARD_NAME, METRIC_NAME, QUESTION, REPORT_NAME, Window

WEB = Path(__file__).parents[2] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
MAX_GZIPPED_BYTES = 350 * 1024
MISSING = "\N{EN DASH}"
SCREENS = ["gallery", "metric", "dashboard", "report", "chat", "developer"]


@pytest.fixture
def stranger(context: BrowserContext, stack: Stack, problems: list[str]) -> Window:
    """A window in which a user is signed in who may see no asset."""
    assert stack.page_url is not None
    opened = Window(context.new_page())
    opened.page.goto(stack.page_url)
    opened.sign_in("Eve")
    return opened


def test_a_user_without_permission_sees_no_asset_and_a_notice_instead_of_one(stranger: Window) -> None:
    expect(stranger.page.get_by_role("heading", name="Nothing to look at yet")).to_be_visible()

    stranger.page.goto(
        stranger.page.url.split("#")[0] + "#/assets/metric/4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
    )

    expect(stranger.page.get_by_role("alert")).to_contain_text("not found")


def test_the_gallery_finds_assets_by_a_word(window: Window) -> None:
    assets = window.page.get_by_role("list", name="Assets").get_by_role("link")
    expect(assets).to_have_count(10)

    window.page.get_by_role("searchbox", name="Search the assets").fill("rain")

    expect(assets).not_to_have_count(10)
    expect(assets.filter(has_text="Seattle rain by month")).to_be_visible()


def test_missing_cells_are_dashes_in_the_table_and_gaps_in_the_chart(window: Window) -> None:
    window.open_asset("Wheat and wages in England")
    expect(window.page.locator(".panel svg path").first).to_be_visible()

    window.page.get_by_text("Rows (").click()
    rows = window.page.get_by_role("region", name="Rows").get_by_role("row")
    window.page.get_by_role("button", name="Show more").click()

    expect(rows.filter(has_text=MISSING).first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(window: Window, theme: str) -> None:
    if theme == "dark":
        window.page.get_by_role("button", name="Dark colors").click()
    for screen in SCREENS:
        open_screen(window, screen)
        assert axe_findings(window.page) == [], screen


def open_screen(window: Window, screen: str) -> None:
    """Go on to a screen; the order is that of `SCREENS`."""
    if screen in {"metric", "dashboard", "report"}:
        window.page.get_by_role("link", name="Data").first.click()
        window.open_asset({"metric": METRIC_NAME, "dashboard": DASHBOARD_NAME, "report": REPORT_NAME}[screen])
        expect(window.page.locator("main svg path").first).to_be_visible()
    elif screen == "chat":
        window.page.get_by_role("button", name="Ask about this").click()
        window.wait_for_answers(1)
        window.ask(QUESTION)
        window.wait_for_answers(2)
    elif screen == "developer":
        window.page.get_by_role("button", name="Developer").click()
        expect(window.page.get_by_role("complementary", name="Developer")).to_be_visible()


def axe_findings(page: Page) -> list[str]:
    """Return what axe finds, each with the first element."""
    page.evaluate(AXE.read_text() + "; undefined")
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    return [f"{each['id']}: {each['help']} {each['nodes'][0]['html'][:200]}" for each in found]


def test_the_keyboard_alone_reaches_a_chart_and_a_chat(window: Window) -> None:
    page = window.page
    expect(page.get_by_role("list", name="Assets").get_by_role("link").first).to_be_visible()
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox", name="Search the assets")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask = page.get_by_role("button", name="Ask about this")
    expect(ask).to_be_visible()
    ask.focus()
    page.keyboard.press("Enter")
    window.wait_for_answers(1)

    expect(page.get_by_role("textbox", name="Question")).to_be_focused()


def test_the_page_is_small_before_its_first_chart() -> None:
    index = (WEB / "dist" / "index.html").read_text()
    files = re.findall(r'(?:src|href)="\./(assets/[^"]+)"', index)

    sizes = {name: len(gzip.compress((WEB / "dist" / name).read_bytes())) for name in files}

    assert len(files) == 2
    assert sum(sizes.values()) < MAX_GZIPPED_BYTES, sizes


def test_a_window_opens_one_socket_and_asks_no_other_host(context: BrowserContext, stack: Stack) -> None:
    assert stack.page_url is not None
    page = context.new_page()
    sockets, addresses = [], []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(stack.page_url)
    window = Window(page)
    window.sign_in("Ada")
    window.start_chat(METRIC_NAME)

    assert sockets == [stack.gateway.websocket_url]
    assert {address for address in addresses if not address.startswith(stack.page_url.split("#")[0])} == set()


def test_the_developers_drawer_shows_frames_and_sends_a_raw_request(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Developer").click()
    page.get_by_role("textbox", name="Raw request").fill(json.dumps({"route": "/nonsense", "payload": {}}))
    page.get_by_role("complementary", name="Developer").get_by_role("button", name="Send").click()
    frames = page.get_by_role("list", name="Frames")

    expect(frames.get_by_text("/nonsense", exact=True)).to_be_visible()
    expect(frames.get_by_text("error", exact=True)).to_be_visible()


def test_a_frozen_connection_delivers_everything_once_it_is_released(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Developer").click()
    expect(page.get_by_role("list", name="Frames").get_by_text("getMetricList", exact=True)).to_be_visible()
    window.open_asset(METRIC_NAME)
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Ask about this").click()
    expect(page.get_by_text("Asking")).to_be_visible()
    expect(window.answers).to_have_count(0)

    page.get_by_role("button", name="Release").click()
    window.wait_for_answers(1)

    assert METRIC_NAME in window.answer_text


VIEWPORTS = {"desktop": (1280, 800), "tablet": (900, 1100), "phone": (390, 844)}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", list(VIEWPORTS))
def test_screenshots_are_taken_and_nothing_is_wider_than_the_window(
    window: Window, pictures: Path, width: str, theme: str
) -> None:
    page = window.page
    across, down = VIEWPORTS[width]
    page.set_viewport_size({"width": across, "height": down})
    if theme == "dark":
        page.get_by_role("button", name="Dark colors").click()
    for screen in SCREENS[:5]:
        open_screen(window, screen)
        if screen == "gallery":
            expect(page.locator(".small-chart canvas").nth(1)).to_be_visible()
        page.screenshot(path=pictures / f"{screen}-{width}-{theme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= across, screen
