"""What the renderer writes, plain and on a terminal."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from tests.client import sample_frames as s
from threadcast_client.terminal_chat.renderer import Renderer


class Sheet(io.StringIO):
    """Text that remembers what was written between two looks."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = 0

    def added(self) -> str:
        """What was written since the last look."""
        new = self.getvalue()[self._seen :]
        self._seen = len(self.getvalue())
        return new


def shown(*frames: dict[str, Any], **options: Any) -> str:
    """All that a plain console gets from these frames."""
    sheet = Sheet()
    renderer = Renderer(Console(file=sheet, width=80), **options)
    for frame in frames:
        renderer.show(frame)
    return sheet.getvalue()


FINAL = s.message(
    s.text("It fell."),
    reasoning=(s.thought(message="24 rows.", status="completed"), s.pills("a", "b")),
    final_reasoning_message="Reasoned for 2 seconds",
    is_completed=True,
)
TURN = [
    s.opened(),
    s.reasoned(s.thought("24 ")),
    s.reasoned(s.thought("rows.")),
    s.reasoned(s.thought(status="completed")),
    s.reasoned(s.pills("a", "b")),
    s.titled("March"),
    s.titled(whole="March fell"),
    s.said(s.text(chunk="It ")),
    s.said(s.text(chunk="fell.")),
    s.said(s.text("It fell.")),
    s.complete(FINAL, title="March fell"),
]
PLAIN = """\
> Why?

  · Thinking
    24 rows.  (2 s)
  · Looking up  (0.3 s)
    Found: a, b

── March fell ──

It fell.

Reasoned for 2 seconds
"""


def test_a_turn_reads_as_question_steps_title_answer_and_summary() -> None:
    assert shown(*TURN) == PLAIN


def test_the_question_can_be_left_out_where_the_user_typed_it() -> None:
    assert shown(s.opened(), s.said(s.text("Hi")), show_questions=False) == "Hi"


def test_text_is_written_as_it_comes() -> None:
    sheet = Sheet()
    renderer = Renderer(Console(file=sheet, width=20))
    words = ["It fell", " because the mar", "ket did,\n", "and since"]

    added = []
    for frame in [s.said(s.text(chunk=chunk)) for chunk in words]:
        renderer.show(frame)
        added.append(sheet.added())

    assert added == words


def test_the_stored_chat_shows_every_message_once() -> None:
    older = s.message(s.text("Before."), asked="And then?", message_id=s.OTHER_ID)
    stored = s.frame("getChat", s.chat(older, FINAL, title="March fell"))

    assert shown(stored) == shown(stored, stored)
    assert shown(stored).startswith("── March fell ──\n\n> And then?\n\nBefore.\n\n> Why?\n\n  · Thinking\n")


def test_only_the_last_message_of_a_turns_snapshot_is_shown() -> None:
    older = s.message(s.text("Before."), message_id=s.OTHER_ID)

    assert shown(s.opened(older, s.message())) == "> Why?\n"


@pytest.mark.parametrize("at", range(1, len(TURN)))
def test_a_catch_up_in_the_middle_says_nothing_twice(at: int) -> None:
    again = [*TURN[:at], TURN[0], *TURN[1:at], *TURN[at:]]

    assert shown(*again) == PLAIN


def test_a_catch_up_shows_what_was_missed() -> None:
    so_far = s.opened(s.message(s.text("It fell")))

    assert (
        shown(*TURN[:1], s.said(s.text(chunk="It")), so_far, s.said(s.text(chunk=".")))
        == "> Why?\n\nIt fell."
    )


def test_an_answer_that_turns_out_otherwise_is_written_anew() -> None:
    assert shown(s.said(s.text(chunk="It rose.")), s.said(s.text("It fell."))) == "It rose.\nIt fell."


def test_an_asset_is_shown_as_a_file_and_what_it_is() -> None:
    asked = s.message(asked=None)
    asset = s.message(s.file(), s.text("Revenue by month."), asked=None, is_completed=True)
    frames = [s.opened(asked, title="Revenue"), s.said(s.file()), s.said(s.text("Revenue by month."))]

    assert shown(*frames, s.complete(asset, title="Revenue")) == (
        "── Revenue ──\n\n▤ Revenue  (metric, version 1)\n\nRevenue by month.\n"
    )


def test_a_title_waits_for_the_end_of_the_paragraph() -> None:
    frames = [s.said(s.text(chunk="It ")), s.titled(whole="March"), s.said(s.text(chunk="fell."))]

    ended = s.complete(s.message(s.text("It fell."), asked=None), title="March")

    assert shown(*frames) == "It fell."
    assert shown(*frames, ended) == "It fell.\n\n── March ──\n"


def test_a_file_that_is_written_streams_below_its_name() -> None:
    frames = [s.reasoned(s.files(chunk="name: ")), s.reasoned(s.files(chunk="Wind")), s.reasoned(s.files())]

    assert shown(*frames) == "  · Writing\n    ▤ Wind only  (metric, version 1)\n      name: Wind"


def test_a_failed_step_says_so() -> None:
    frames = [s.reasoned(s.thought("a")), s.reasoned(s.thought(status="failed"))]

    assert shown(*frames) == "  · Thinking\n    a  (2 s, failed)"


def test_a_step_interrupted_by_an_answer_goes_on_under_its_name() -> None:
    frames = [s.reasoned(s.thought("a")), s.said(s.text(chunk="x")), s.reasoned(s.thought("b"))]

    assert shown(*frames) == "  · Thinking\n    a\n\nx\n\n  · Thinking\n    b"


def test_pills_are_shown_when_they_are_complete() -> None:
    assert shown(s.reasoned(s.pills("a", status="loading"))) == "  · Looking up"
    assert shown(s.reasoned(s.pills("a", status="loading")), s.reasoned(s.pills("a", "b"))) == (
        "  · Looking up  (0.3 s)\n    Found: a, b\n"
    )


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (s.failed("NOT_FOUND", "Chat not found"), "✗ Chat not found\n"),
        (s.failed("TOO_MANY_REQUESTS", "Wait.", retry_after_s=3.0), "✗ Wait. Try again in 3 s.\n"),
        (s.failed("TOO_MANY_REQUESTS", "Wait", retry_after_s=3.0), "✗ Wait. Try again in 3 s.\n"),
        (s.failed("INTERNAL_SERVER_ERROR", "Sorry.", reference_id="r-1"), "✗ Sorry. (reference r-1)\n"),
        (s.gateway("Forbidden"), "✗ API Gateway: Forbidden\n"),
        (s.frame("stopThread", {"stopped": True}), "Stopping …\n"),
        (s.frame("stopThread", {"stopped": False}), "Nothing was running.\n"),
        (s.frame("somethingNew", None), ""),
    ],
)
def test_errors_and_stops_are_said_in_words(frame: dict[str, Any], words: str) -> None:
    assert shown(frame) == words


def test_an_answer_that_was_stopped_is_marked_so() -> None:
    stopped = s.message(s.text("Hel"), post_processing_message="Stopped", is_completed=True)

    assert shown(s.opened(), s.said(s.text("Hel")), s.complete(stopped)) == "> Why?\n\nHel\n\n■ Stopped\n"


def test_another_chat_begins_afresh() -> None:
    other = {**s.chat(s.message(s.text("Hi"))), "id": s.OTHER_ID}

    assert shown(s.opened(s.message(s.text("Hi"))), s.frame("initializeChat", other)) == (
        "> Why?\n\nHi\n\n> Why?\n\nHi"
    )
    assert shown(s.opened(), s.said(s.text("Hi"), chat_id=s.OTHER_ID, message_id=s.OTHER_ID)) == "> Why?\n"


def on_terminal(*frames: dict[str, Any], width: int = 20, **options: Any) -> str:
    sheet = Sheet()
    console = Console(file=sheet, width=width, force_terminal=True, **options)
    renderer = Renderer(console)
    for frame in frames:
        renderer.show(frame)
    return sheet.getvalue()


def test_on_a_terminal_lines_break_between_words() -> None:
    chunks = ["The quick bro", "wn fox jumps over ", "the lazy dog.\n\nE", "nd"]
    frames = [s.said(s.text(chunk=chunk)) for chunk in chunks]
    end = s.complete(s.message(s.text("".join(chunks)), asked=None))

    assert on_terminal(*frames, end, no_color=True, color_system=None) == (
        "The quick brown fox \njumps over the lazy \ndog.\n\nEnd\n"
    )


def test_on_a_terminal_a_run_without_spaces_does_not_wait_for_one() -> None:
    assert on_terminal(s.said(s.text(chunk="年" * 13)), color_system=None) == "年" * 13


def test_on_a_terminal_steps_are_dim_and_errors_red() -> None:
    assert "\x1b[2mThinking\x1b[0m\n\x1b[2m    a" in on_terminal(
        s.reasoned(s.thought("a b ")), color_system="standard"
    )
    assert on_terminal(s.failed(), color_system="standard") == "\x1b[31m✗ \x1b[0m\x1b[31mNo.\x1b[0m\n"


BOLD, CODE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("**It fell** a bit", f"{BOLD}It fell{END} a bit"),
        ("by **far**: yes", f"by {BOLD}far{END}: yes"),
        ("run `a b` now", f"run {CODE}a b{END} now"),
        ("## What is it\nIt is", f"{BOLD}What is it{END}\nIt is"),
        ("2 ** 3, 2**3, a*b*c", "2 ** 3, 2**3, a*b*c"),
        ("`**` and **", "`**` and **"),
        ("**open\nnot open", f"{BOLD}open{END}\nnot open"),
        ("a # b\n*** ---", "a # b\n*** ---"),
        ("```sql\n# a **b**\n```\n**c**", f"\x1b[2m```sql{END}\n# a **b**\n\x1b[2m```{END}\n{BOLD}c{END}"),
        ("**" + "x" * 30 + "**!", BOLD + "x" * 30 + END + "!"),
    ],
)
@pytest.mark.parametrize("chunk_chars", [1, 3, 1000])
def test_on_a_terminal_the_marks_of_markdown_become_styles(text: str, seen: str, chunk_chars: int) -> None:
    chunks = [text[at : at + chunk_chars] for at in range(0, len(text), chunk_chars)]
    frames = [s.said(s.text(chunk=chunk)) for chunk in chunks]
    end = s.complete(s.message(s.text(text), asked=None))

    written = on_terminal(*frames, end, width=80, color_system="standard")

    assert _plainly_styled(written) == _plainly_styled(seen + "\n")


def _plainly_styled(text: str) -> list[tuple[str, str]]:
    """Each visible character with its style, however the styles were switched on and off."""
    style, seen = "", []
    for code, character in re.findall(r"\x1b\[([0-9;]*)m|(.|\n)", text):
        if character:
            seen.append((character, "" if character.isspace() else style))
        else:
            style = "" if code == "0" else code
    return seen


def test_off_a_terminal_markdown_stays_as_it_was_written() -> None:
    assert shown(s.said(s.text("# **It** fell"))) == "# **It** fell"


def test_text_from_data_cannot_steer_the_terminal() -> None:
    assert shown(s.said(s.text("a\x1b[2Jb\rc\x9bd [bold]e[/bold]"))) == "a[2Jbcd [bold]e[/bold]"


def test_a_console_without_unicode_gets_what_it_can_show() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    Renderer(Console(file=file, width=80)).show(s.failed("NOT_FOUND", "Café"))

    file.flush()
    assert raw.getvalue() == b"? Caf?\n"
