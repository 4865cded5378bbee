"""Texts from outside: what is removed from them, and nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from threadcast.domain.text import clean, json_size

KEPT_CONTROLS = "\t\n\r"

any_text = st.text(st.characters(codec=None, exclude_categories=()))
"""Lone surrogates and control characters included."""


def is_dropped(character: str) -> bool:
    return (character < " " and character not in KEPT_CONTROLS) or character == "\x7f"


@given(any_text)
def test_a_clean_text_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    cleaned.encode()  # raises UnicodeEncodeError for half a surrogate pair
    assert not any(map(is_dropped, cleaned))
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8")))
def test_only_control_characters_are_removed(text: str) -> None:
    assert clean(text) == "".join(character for character in text if not is_dropped(character))


@given(st.text(st.characters(codec="utf-8")))
def test_json_size_is_what_a_text_takes_in_a_frame(text: str) -> None:
    assert json_size(text) == len(json.dumps(text, ensure_ascii=False).encode()) - 2
