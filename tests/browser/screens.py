"""The page as its user meets it: by roles and names, so that a screen reader finds the same."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

__all__ = ["DASHBOARD_NAME", "LONG_QUESTION", "METRIC_NAME", "QUESTION", "REPORT_NAME", "Window"]

METRIC_NAME = "Iowa electricity generation by source"
QUESTION = "How did renewables change from 2001 to 2017?"
DASHBOARD_NAME = "Work and power in the United States"
REPORT_NAME = "Iowa turns to renewables"
LONG_QUESTION = "What was construction employment each month?"
"""About the dashboard: the answer has about a hundred chunks."""


@dataclass(frozen=True)
class Window:
    """One window of a browser."""

    page: Page

    def sign_in(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        expect(self.page.get_by_role("heading", name="Data")).to_be_visible()

    def open_asset(self, name: str) -> None:
        self.page.get_by_role("list", name="Assets").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def start_chat(self, name: str) -> None:
        """Open an asset from the gallery and hand it to a chat without typing."""
        self.open_asset(name)
        self.page.get_by_role("button", name="Ask about this").click()
        self.wait_for_answers(1)

    def another(self) -> "Window":
        """Open the same address in another window of the same browser."""
        page = self.page.context.new_page()
        page.goto(self.page.url)
        return Window(page)

    def choose(self, action: str) -> None:
        """Choose something from the menu of the chat that is open, in the list of chats."""
        chats = self.page.get_by_role("region", name="Chats")
        row = chats.get_by_role("listitem").filter(has=self.page.locator("[aria-current]"))
        row.hover()
        row.get_by_role("button", name="More about").click()
        self.page.get_by_role("menuitem", name=action).click()

    def ask(self, question: str) -> None:
        field = self.page.get_by_role("textbox", name="Question")
        field.fill(question)
        field.press("Enter")

    def wait_for_answers(self, count: int) -> None:
        """Wait until there are so many answers, and none is running."""
        expect(self.answers).to_have_count(count)
        expect(self.stop_button).to_have_count(0)
        expect(self.page.get_by_role("button", name="Send", exact=True).last).to_be_visible()

    @property
    def answers(self) -> Locator:
        return self.page.get_by_role("article", name="Answer")

    @property
    def answer(self) -> Locator:
        return self.answers.last

    @property
    def answer_text(self) -> str:
        return "\n".join(self.answer.locator(".markdown").all_inner_texts())

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name="Stop the answer")
