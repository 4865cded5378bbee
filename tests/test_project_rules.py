"""The checks that `make check` runs beside the linters: replaced words, and sizes of modules and folders."""

from pathlib import Path

import pytest

from scripts import check_modules, check_words
from scripts.check_words import find_hits, read_rules

GLOSSARY = r"""# Glossary

## Replaced words

| pattern | use |
|---|---|
| `widgets?`, `old (?:one\|thing)` | part |

## Exceptions

| pattern | files | reason |
|---|---|---|
| `widget name` | `app/*` | a stored attribute |
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a widget, Widgets", ["widget", "widgets"]),
        ("class MainWidget:", ["widget"]),
        ("def old_thing(): ...", ["old thing"]),
        ("# an old\n    # thing", ["old # thing"]),
        ("an old-one", ["old-one"]),
        ("widgetry, threshold thing", []),
    ],
)
def test_a_replaced_word_is_found_in_prose_and_in_names(text: str, words: list[str]) -> None:
    hits, _ = find_hits("app/module.py", text, read_rules(GLOSSARY))

    assert [hit.word for hit in hits] == words


def test_a_hit_names_the_file_the_line_and_the_term() -> None:
    ((hit,), _) = find_hits("docs/page.md", "one\ntwo\nthe widget", read_rules(GLOSSARY))

    assert str(hit) == "docs/page.md:3: 'widget' -> part"


@pytest.mark.parametrize(
    ("path", "count"), [("app/items.py", 0), ("app/inner/items.py", 0), ("docs/items.py", 1)]
)
def test_an_exception_applies_to_its_files_only(path: str, count: int) -> None:
    hits, used = find_hits(path, "item.widget_name", read_rules(GLOSSARY))

    assert (len(hits), len(used)) == (count, 1 - count)


def test_an_exception_does_not_cover_the_word_elsewhere_in_the_file() -> None:
    hits, _ = find_hits("app/items.py", "item.widget_name = widget", read_rules(GLOSSARY))

    assert [hit.word for hit in hits] == ["widget"]


def test_an_exception_that_no_file_needs_is_reported(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    (tmp_path / "Makefile").write_text("widget:\n", encoding="utf-8")

    hits, unused = check_words.check(tmp_path)

    assert [(hit.path, hit.line) for hit in hits] == [("Makefile", 1)]
    assert len(unused) == 1


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("README.md", "."),
        ("tests/turns/test_flows.py", "tests/turns"),
        ("layers/threadcast/threadcast/turns/message/answer.py", "layers/threadcast/threadcast/turns"),
        ("functions/connect/app.py", "functions"),
    ],
)
def test_hits_are_counted_by_area(path: str, area: str) -> None:
    assert check_words.area_of(path) == area


def test_the_glossary_of_the_project_can_be_read() -> None:
    rules = read_rules((check_words.ROOT / check_words.GLOSSARY).read_text(encoding="utf-8"))

    assert rules.replacements
    assert rules.exemptions


def test_a_module_of_300_lines_is_accepted_and_one_of_301_is_not(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 300, encoding="utf-8")
    (tmp_path / "longer.py").write_text("x = 1\n" * 301, encoding="utf-8")

    assert check_modules.check(tmp_path) == ["longer.py: 301 lines, at most 300"]


def test_a_folder_of_15_modules_is_reported_without_counting_its_init(tmp_path: Path) -> None:
    for folder, count in (("full", 14), ("fuller", 15)):
        (tmp_path / folder).mkdir()
        for name in ("__init__", *(f"module_{number}" for number in range(count))):
            (tmp_path / folder / f"{name}.py").touch()

    assert check_modules.check(tmp_path) == ["fuller: 15 modules, at most 14"]


def test_complexity_is_waived_only_on_an_exhaustive_match(tmp_path: Path) -> None:
    waiver = "# noqa: C901, PLR0911 - one per case"
    (tmp_path / "cases.py").write_text(
        f"def exhaustive(case):  {waiver}\n    assert_never(case)\n\n\ndef other(case):  {waiver}\n    ...\n",
        encoding="utf-8",
    )

    assert check_modules.check(tmp_path) == ["cases.py:5: C901 is waived, but no match ends in assert_never"]


def test_tests_and_benchmarks_may_have_long_modules(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_long.py").write_text("x = 1\n" * 301, encoding="utf-8")

    assert check_modules.check(tmp_path) == []


def test_a_generated_module_may_be_long(tmp_path: Path) -> None:
    header = '"""Types. Generated from a schema: do not edit."""\n'
    (tmp_path / "generated.py").write_text(header + "x = 1\n" * 300, encoding="utf-8")

    assert check_modules.check(tmp_path) == []
