"""A chat in one window: reload, stop, edit, ask again, rate; and the list of chats."""

from playwright.sync_api import expect

from tests.browser.screens import DASHBOARD_NAME, LONG_QUESTION, METRIC_NAME, QUESTION, Window


def test_a_page_that_is_reloaded_in_mid_answer_shows_the_whole_answer(window: Window) -> None:
    window.start_chat(DASHBOARD_NAME)
    window.ask(LONG_QUESTION)
    expect(window.answer.locator(".markdown").last).to_contain_text(" ")

    window.page.reload()
    expect(window.stop_button).to_be_visible()
    window.wait_for_answers(2)
    resumed = window.answer_text
    window.page.reload()
    window.wait_for_answers(2)

    assert resumed == window.answer_text


def test_stop_ends_the_answer_and_keeps_what_was_written(window: Window) -> None:
    window.start_chat(DASHBOARD_NAME)
    window.ask(LONG_QUESTION)
    expect(window.answers).to_have_count(2)
    expect(window.answer.locator(":scope > .markdown")).to_contain_text(" ")

    window.stop_button.click()
    window.wait_for_answers(2)

    expect(window.answer).to_contain_text("Stopped")
    assert window.answer_text != ""


def test_an_edited_question_replaces_its_answer(window: Window) -> None:
    window.start_chat(METRIC_NAME)
    window.ask(QUESTION)
    window.wait_for_answers(2)

    window.page.get_by_role("button", name="Edit the question").click()
    window.page.get_by_role("textbox", name="Change the question").fill(
        "Which year had the highest net generation?"
    )
    window.page.get_by_role("button", name="Ask again").click()
    expect(window.answer).to_contain_text("2010")
    window.wait_for_answers(2)

    expect(window.page.get_by_role("article", name="Your question")).to_have_count(1)


def test_an_answer_is_given_again_on_request(window: Window) -> None:
    window.start_chat(METRIC_NAME)
    window.ask(QUESTION)
    window.wait_for_answers(2)
    first = window.answer_text

    window.page.get_by_role("button", name="Answer again").click()
    expect(window.stop_button).to_be_visible()
    window.wait_for_answers(2)

    assert window.answer_text == first


def test_a_rating_with_a_comment_is_stored(window: Window) -> None:
    window.start_chat(METRIC_NAME)

    window.page.get_by_role("button", name="Bad answer").click()
    window.page.get_by_role("textbox", name="Comment").fill("The unit is missing")
    window.page.get_by_role("button", name="Send", exact=True).first.click()
    expect(window.page.get_by_role("textbox", name="Comment")).to_have_count(0)
    window.page.reload()

    expect(window.page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")


def test_a_chat_is_renamed_marked_found_duplicated_and_deleted(window: Window) -> None:
    page = window.page
    window.start_chat(METRIC_NAME)
    window.choose("Rename")
    page.get_by_role("textbox", name="Title").fill("Wind in the prairie")
    page.get_by_role("textbox", name="Title").press("Enter")
    expect(page.get_by_role("heading", name="Wind in the prairie", level=1)).to_be_visible()

    window.choose("Add to favourites")
    expect(
        page.get_by_role("list", name="Favourites").get_by_role("link", name="Wind in the prairie")
    ).to_be_visible()

    window.choose("Duplicate")
    expect(page.get_by_role("heading", name="Wind in the prairie (Copy)", level=1)).to_be_visible()

    page.get_by_role("searchbox", name="Search the chats").fill("prairie")
    expect(page.get_by_role("list", name="Chats").get_by_role("link")).to_have_count(2)
    page.get_by_role("searchbox", name="Search the chats").fill("")

    window.choose("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Wind in the prairie (Copy)")).to_have_count(0)


def test_a_chat_that_does_not_exist_is_a_notice_and_not_an_empty_page(window: Window) -> None:
    window.page.goto(window.page.url.split("#")[0] + "#/chats/00000000-0000-4000-8000-000000000000")

    expect(window.page.get_by_role("alert")).to_contain_text("not found")
