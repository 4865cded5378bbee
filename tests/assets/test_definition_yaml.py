"""The YAML of a definition reads as the definition that was loaded."""

from datetime import UTC, datetime
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from threadcast.assets.definition_yaml import yaml_text
from threadcast.assets.loading.files import read_folder

SAMPLES = Path(__file__).parents[2] / "samples"

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | st.sampled_from(
    [
        "yes",
        "No",
        "~",
        "1",
        "-",
        "1e3",
        "a: b",
        "# c",
        "- d",
        " e",
        "f ",
        "a\n",
        "a\nb",
        "a\n\nb\n",
        "\n",
        "a\n b",
        "a\n\n",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_any_definition_reads_as_itself(definition: dict[str, object]) -> None:
    assert yaml.safe_load(yaml_text(definition)) == definition


def test_every_sample_reads_as_itself() -> None:
    files = read_folder(SAMPLES, "owner", datetime(2026, 1, 1, tzinfo=UTC)).files
    definitions = [file.asset.definition for file in files]

    assert [yaml.safe_load(yaml_text(definition)) for definition in definitions] == definitions


def test_texts_of_several_lines_are_blocks_and_plain_words_have_no_quotes() -> None:
    definition = {
        "name": "Wind power",
        "sql": "SELECT year\nFROM wind\n",
        "chartConfig": {"axis": {"x": ["year"], "y": []}, "rows": [{"id": 1, "on": True}, "no"]},
    }

    assert yaml_text(definition) == (
        "name: Wind power\n"
        "sql: |\n"
        "  SELECT year\n"
        "  FROM wind\n"
        "chartConfig:\n"
        "  axis:\n"
        "    x:\n"
        "      - year\n"
        '    "y": []\n'
        "  rows:\n"
        "    - id: 1\n"
        '      "on": true\n'
        '    - "no"\n'
    )
