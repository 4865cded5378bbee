"""docs/rehearsal.md states the accepted findings of the template as `make rehearse` requires them."""

from pathlib import Path

import yaml

from scripts.markdown_tables import quoted, table_rows
from tests.template.translation import translated

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rehearsal.md").read_text(encoding="utf-8")
ACCEPTED = yaml.safe_load(
    (ROOT / "tests" / "rehearsal" / "accepted_findings.yaml").read_text(encoding="utf-8")
)


def test_the_page_has_the_accepted_findings_of_checkov_with_their_reasons() -> None:
    rows = table_rows(PAGE, "Findings in the template")
    stated = {id_: (int(count), reason) for name, count, reason in rows for id_ in quoted(name)}

    assert stated == {id_: (each["count"], each["reason"].strip()) for id_, each in ACCEPTED.items()}


def test_the_page_states_how_many_resources_the_translated_template_has() -> None:
    assert f"has {len(translated()['Resources'])} resources" in PAGE


def test_bandits_findings_are_those_of_the_other_page() -> None:
    (count,) = (count for name, count, _ in table_rows(PAGE, "Findings in the template") if name == "bandit")

    assert f"**{count} findings**" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
