"""The text that the renderer writes, on a terminal and elsewhere."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from tests.client import sample_frames as s
from threadcast_client.terminal_chat.renderer import Renderer


class Output(io.StringIO):
    """Text output that returns what was added since the last call."""

    def __init__(self) -> None:
        super().__init__()
        self._end = 0

    def added(self) -> str:
        """Return the text written since the last call."""
        new = self.getvalue()[self._end :]
        self._end = len(self.getvalue())
        return new


def rendered(*frames: dict[str, Any], **options: Any) -> str:
    """Return the text of these frames on a console that is not a terminal."""
    output = Output()
    renderer = Renderer(Console(file=output, width=80), **options)
    for frame in frames:
        renderer.show(frame)
    return output.getvalue()


FINAL = s.message(
    s.text("It fell."),
    reasoning=(s.reasoning_text(message="24 rows.", status="completed"), s.pills("a", "b")),
    final_reasoning_message="Reasoned for 2 seconds",
    is_completed=True,
)
TURN = [
    s.initialize_chat(),
    s.reasoning_frame(s.reasoning_text("24 ")),
    s.reasoning_frame(s.reasoning_text("rows.")),
    s.reasoning_frame(s.reasoning_text(status="completed")),
    s.reasoning_frame(s.pills("a", "b")),
    s.title_frame("March"),
    s.title_frame(whole="March fell"),
    s.response_frame(s.text(chunk="It ")),
    s.response_frame(s.text(chunk="fell.")),
    s.response_frame(s.text("It fell.")),
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


def test_a_turn_is_rendered_as_question_steps_title_answer_and_summary() -> None:
    assert rendered(*TURN) == PLAIN


def test_the_question_can_be_left_out() -> None:
    assert rendered(s.initialize_chat(), s.response_frame(s.text("Hi")), show_questions=False) == "Hi"


def test_text_is_written_as_it_arrives() -> None:
    output = Output()
    renderer = Renderer(Console(file=output, width=20))
    chunks = ["It fell", " because the mar", "ket did,\n", "and since"]

    added = []
    for frame in [s.response_frame(s.text(chunk=chunk)) for chunk in chunks]:
        renderer.show(frame)
        added.append(output.added())

    assert added == chunks


def test_the_stored_chat_shows_every_message_once() -> None:
    older = s.message(s.text("Before."), question="And then?", message_id=s.OTHER_ID)
    stored = s.frame("getChat", s.chat(older, FINAL, title="March fell"))

    assert rendered(stored) == rendered(stored, stored)
    assert rendered(stored).startswith(
        "── March fell ──\n\n> And then?\n\nBefore.\n\n> Why?\n\n  · Thinking\n"
    )


def test_only_the_last_message_of_a_turns_snapshot_is_rendered() -> None:
    older = s.message(s.text("Before."), message_id=s.OTHER_ID)

    assert rendered(s.initialize_chat(older, s.message())) == "> Why?\n"


@pytest.mark.parametrize("at", range(1, len(TURN)))
def test_a_catch_up_writes_no_text_twice(at: int) -> None:
    with_catch_up = [*TURN[:at], TURN[0], *TURN[1:at], *TURN[at:]]

    assert rendered(*with_catch_up) == PLAIN


def test_a_catch_up_writes_missed_text() -> None:
    catch_up = s.initialize_chat(s.message(s.text("It fell")))

    assert (
        rendered(
            *TURN[:1], s.response_frame(s.text(chunk="It")), catch_up, s.response_frame(s.text(chunk="."))
        )
        == "> Why?\n\nIt fell."
    )


def test_an_answer_that_differs_from_its_chunks_is_written_again() -> None:
    assert (
        rendered(s.response_frame(s.text(chunk="It rose.")), s.response_frame(s.text("It fell.")))
        == "It rose.\nIt fell."
    )


def test_an_asset_is_rendered_as_a_file_and_its_description() -> None:
    new = s.message(question=None)
    asset = s.message(s.file(), s.text("Revenue by month."), question=None, is_completed=True)
    frames = [
        s.initialize_chat(new, title="Revenue"),
        s.response_frame(s.file()),
        s.response_frame(s.text("Revenue by month.")),
    ]

    assert rendered(*frames, s.complete(asset, title="Revenue")) == (
        "── Revenue ──\n\n▤ Revenue  (metric, version 1)\n\nRevenue by month.\n"
    )


def test_a_title_waits_for_the_end_of_the_paragraph() -> None:
    frames = [
        s.response_frame(s.text(chunk="It ")),
        s.title_frame(whole="March"),
        s.response_frame(s.text(chunk="fell.")),
    ]

    complete = s.complete(s.message(s.text("It fell."), question=None), title="March")

    assert rendered(*frames) == "It fell."
    assert rendered(*frames, complete) == "It fell.\n\n── March ──\n"


def test_the_text_of_a_file_streams_below_its_name() -> None:
    frames = [
        s.reasoning_frame(s.files(chunk="name: ")),
        s.reasoning_frame(s.files(chunk="Wind")),
        s.reasoning_frame(s.files()),
    ]

    assert rendered(*frames) == "  · Writing\n    ▤ Wind only  (metric, version 1)\n      name: Wind"


def test_a_failed_step_is_marked() -> None:
    frames = [s.reasoning_frame(s.reasoning_text("a")), s.reasoning_frame(s.reasoning_text(status="failed"))]

    assert rendered(*frames) == "  · Thinking\n    a  (2 s, failed)"


def test_a_step_interrupted_by_an_answer_continues_under_its_title() -> None:
    frames = [
        s.reasoning_frame(s.reasoning_text("a")),
        s.response_frame(s.text(chunk="x")),
        s.reasoning_frame(s.reasoning_text("b")),
    ]

    assert rendered(*frames) == "  · Thinking\n    a\n\nx\n\n  · Thinking\n    b"


def test_pills_are_written_once_they_are_complete() -> None:
    assert rendered(s.reasoning_frame(s.pills("a", status="loading"))) == "  · Looking up"
    assert rendered(
        s.reasoning_frame(s.pills("a", status="loading")), s.reasoning_frame(s.pills("a", "b"))
    ) == ("  · Looking up  (0.3 s)\n    Found: a, b\n")


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (s.error_frame("NOT_FOUND", "Chat not found"), "✗ Chat not found\n"),
        (s.error_frame("TOO_MANY_REQUESTS", "Wait.", retry_after_s=3.0), "✗ Wait. Try again in 3 s.\n"),
        (s.error_frame("TOO_MANY_REQUESTS", "Wait", retry_after_s=3.0), "✗ Wait. Try again in 3 s.\n"),
        (s.error_frame("INTERNAL_SERVER_ERROR", "Sorry.", reference_id="r-1"), "✗ Sorry. (reference r-1)\n"),
        (s.gateway_frame("Forbidden"), "✗ API Gateway: Forbidden\n"),
        (s.frame("stopThread", {"stopped": True}), "Stopping …\n"),
        (s.frame("stopThread", {"stopped": False}), "Nothing was running.\n"),
        (s.frame("somethingNew", None), ""),
    ],
)
def test_errors_and_stops_are_rendered_as_sentences(frame: dict[str, Any], text: str) -> None:
    assert rendered(frame) == text


def test_a_stopped_answer_is_marked() -> None:
    stopped = s.message(s.text("Hel"), post_processing_message="Stopped", is_completed=True)

    assert (
        rendered(s.initialize_chat(), s.response_frame(s.text("Hel")), s.complete(stopped))
        == "> Why?\n\nHel\n\n■ Stopped\n"
    )


def test_another_chat_is_rendered_from_the_start() -> None:
    other = {**s.chat(s.message(s.text("Hi"))), "id": s.OTHER_ID}

    assert rendered(s.initialize_chat(s.message(s.text("Hi"))), s.frame("initializeChat", other)) == (
        "> Why?\n\nHi\n\n> Why?\n\nHi"
    )
    assert (
        rendered(
            s.initialize_chat(), s.response_frame(s.text("Hi"), chat_id=s.OTHER_ID, message_id=s.OTHER_ID)
        )
        == "> Why?\n"
    )


def rendered_on_terminal(*frames: dict[str, Any], width: int = 20, **options: Any) -> str:
    output = Output()
    console = Console(file=output, width=width, force_terminal=True, **options)
    renderer = Renderer(console)
    for frame in frames:
        renderer.show(frame)
    return output.getvalue()


def test_on_a_terminal_lines_break_between_words() -> None:
    chunks = ["The quick bro", "wn fox jumps over ", "the lazy dog.\n\nE", "nd"]
    frames = [s.response_frame(s.text(chunk=chunk)) for chunk in chunks]
    end = s.complete(s.message(s.text("".join(chunks)), question=None))

    assert rendered_on_terminal(*frames, end, no_color=True, color_system=None) == (
        "The quick brown fox \njumps over the lazy \ndog.\n\nEnd\n"
    )


def test_on_a_terminal_a_long_run_without_spaces_is_written_at_once() -> None:
    assert rendered_on_terminal(s.response_frame(s.text(chunk="年" * 13)), color_system=None) == "年" * 13


def test_on_a_terminal_steps_are_dim_and_errors_red() -> None:
    assert "\x1b[2mThinking\x1b[0m\n\x1b[2m    a" in rendered_on_terminal(
        s.reasoning_frame(s.reasoning_text("a b ")), color_system="standard"
    )
    assert (
        rendered_on_terminal(s.error_frame(), color_system="standard")
        == "\x1b[31m✗ \x1b[0m\x1b[31mNo.\x1b[0m\n"
    )


BOLD, CODE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"


@pytest.mark.parametrize(
    ("text", "visible"),
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
def test_on_a_terminal_markdown_marks_become_styles(text: str, visible: str, chunk_chars: int) -> None:
    chunks = [text[at : at + chunk_chars] for at in range(0, len(text), chunk_chars)]
    frames = [s.response_frame(s.text(chunk=chunk)) for chunk in chunks]
    end = s.complete(s.message(s.text(text), question=None))

    written = rendered_on_terminal(*frames, end, width=80, color_system="standard")

    assert _styled_characters(written) == _styled_characters(visible + "\n")


def _styled_characters(text: str) -> list[tuple[str, str]]:
    """Return each visible character with its style, regardless of where escape sequences begin and end."""
    style, styled = "", []
    for code, character in re.findall(r"\x1b\[([0-9;]*)m|(.|\n)", text):
        if character:
            styled.append((character, "" if character.isspace() else style))
        else:
            style = "" if code == "0" else code
    return styled


def test_outside_a_terminal_markdown_is_unchanged() -> None:
    assert rendered(s.response_frame(s.text("# **It** fell"))) == "# **It** fell"


def test_control_characters_are_removed() -> None:
    assert rendered(s.response_frame(s.text("a\x1b[2Jb\rc\x9bd [bold]e[/bold]"))) == "a[2Jbcd [bold]e[/bold]"


def test_characters_outside_the_console_encoding_are_replaced() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    Renderer(Console(file=file, width=80)).show(s.error_frame("NOT_FOUND", "Café"))

    file.flush()
    assert raw.getvalue() == b"? Caf?\n"
