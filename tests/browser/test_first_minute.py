"""The first minute with the page: a chart, a chat about it, a second window, a lost connection."""

from playwright.sync_api import expect

from tests.browser.screens import DASHBOARD_NAME, LONG_QUESTION, METRIC_NAME, QUESTION, Window


def test_a_chart_leads_to_a_chat_without_typing_and_to_an_answer_with_reasoning(window: Window) -> None:
    window.open_asset(METRIC_NAME)
    expect(window.page.get_by_role("img", name=f"line chart of {METRIC_NAME}")).to_be_visible()
    expect(window.page.locator(".panel svg path").first).to_be_visible()

    window.page.get_by_role("button", name="Ask about this").click()
    window.wait_for_answers(1)
    introduced = window.answer_text
    window.ask(QUESTION)
    expect(window.answer.get_by_role("region", name="Reasoning")).to_be_visible()
    window.wait_for_answers(2)

    assert METRIC_NAME in introduced
    assert "1,437 GWh in 2001 to 21,933 GWh in 2017" in window.answer_text
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("Change of net generation")


def test_the_steps_of_the_reasoning_show_their_durations_and_fold_away(window: Window) -> None:
    window.start_chat(METRIC_NAME)
    window.ask(QUESTION)
    window.wait_for_answers(2)
    head = window.answer.get_by_role("button", name="Reasoned for")
    steps = window.answer.get_by_role("region", name="Reasoning").get_by_role("listitem")

    expect(head).to_have_attribute("aria-expanded", "false")
    expect(steps).to_have_count(0)
    head.click()
    expect(steps.first).to_contain_text("Reading the question")
    expect(steps.first).to_contain_text("seconds")


def test_a_second_window_joins_in_the_middle_and_both_show_the_same(window: Window) -> None:
    window.start_chat(DASHBOARD_NAME)
    window.ask(LONG_QUESTION)
    expect(window.answers).to_have_count(2)
    expect(window.answer.locator(".markdown").last).to_contain_text(" ")

    second = window.another()
    expect(second.answers).to_have_count(2)
    expect(second.stop_button).to_be_visible()
    window.wait_for_answers(2)
    second.wait_for_answers(2)

    assert second.answer_text == window.answer_text


def test_a_window_that_is_open_shows_what_another_one_asks(window: Window) -> None:
    window.start_chat(METRIC_NAME)
    second = window.another()
    second.wait_for_answers(1)

    window.ask(QUESTION)
    second.wait_for_answers(2)

    expect(second.page.get_by_role("article", name="Your question")).to_have_text(QUESTION)
    window.wait_for_answers(2)
    assert second.answer_text == window.answer_text


def test_an_answer_heals_after_the_connection_was_dropped(window: Window) -> None:
    window.start_chat(DASHBOARD_NAME)
    window.ask(LONG_QUESTION)
    expect(window.answers).to_have_count(2)
    window.page.get_by_role("button", name="Developer").click()

    window.page.get_by_role("button", name="Drop").click()
    expect(window.page.get_by_text("Reconnecting in")).to_be_visible()
    expect(window.page.get_by_text("Caught up")).to_be_visible()
    window.wait_for_answers(2)
    streamed = window.answer_text
    window.page.reload()
    window.wait_for_answers(2)

    assert streamed == window.answer_text


def test_a_suggested_question_is_asked_by_a_click(window: Window) -> None:
    window.start_chat(METRIC_NAME)

    window.page.get_by_role("button", name="Which year had the highest net generation?").click()
    window.wait_for_answers(2)

    assert "2010" in window.answer_text
