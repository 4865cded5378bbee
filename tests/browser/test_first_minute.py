"""What somebody sees who has never heard of Threadcast, in the first minute."""

from playwright.sync_api import expect

from demo.stack.running_stack import Stack
from tests.browser.screens import METRIC_NAME, QUESTION, Window


def test_a_visitor_looks_at_a_chart_starts_a_chat_without_typing_and_asks(window: Window, stack: Stack) -> None:
    window.open_asset(METRIC_NAME)
    expect(window.page.get_by_role("img", name=f"line chart of {METRIC_NAME}").locator("svg")).to_be_visible()

    window.page.get_by_role("button", name="Ask about this").click()
    window.wait_for_answers(1)
    introduced = window.answer_text
    window.ask(QUESTION)
    expect(window.answer.get_by_role("region", name="Reasoning")).to_be_visible()
    window.wait_for_answers(2)

    assert METRIC_NAME in introduced
    assert "1,437 GWh in 2001 to 21,933 GWh in 2017" in window.answer_text
