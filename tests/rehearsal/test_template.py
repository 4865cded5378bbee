"""The built template as plain CloudFormation: cfn-lint, and checkov with the accepted findings."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_gateway.template.sam_translation import read_template, translate_template

ROOT = Path(__file__).parents[2]
TRANSLATED = ROOT / ".aws-sam" / "translated.json"
ACCEPTED = Path(__file__).parent / "accepted_findings.yaml"


@pytest.fixture(scope="module")
def translated() -> Mapping[str, Any]:
    """The template as CloudFormation receives it from SAM's transform, also written to a file."""
    path = Path(os.environ["REHEARSAL_TEMPLATE"])
    template = translate_template(path, read_template(path), {}, "us-east-1")
    TRANSLATED.write_text(json.dumps(template.body, indent=1), encoding="utf-8")
    return template.body


def test_the_translated_template_has_no_fault_for_cfn_lint(
    translated: Mapping[str, Any], report: list[str]
) -> None:
    assert len(translated["Resources"]) > 40

    # W2001, an unused parameter: SAM's transform has used `Release` and `ShiftTrafficBy` up.
    ended = run(".venv/bin/cfn-lint", "--ignore-checks", "W2001", "--", str(TRANSLATED))

    report.append(
        f"cfn-lint: {len(translated['Resources'])} resources, {len(ended.stdout.splitlines())} faults"
    )
    assert (ended.returncode, ended.stdout) == (0, "")


def test_checkov_finds_what_is_accepted_and_nothing_else(
    translated: Mapping[str, Any], report: list[str]
) -> None:
    ended = run(
        ".checkov-venv/bin/checkov",
        *("-f", str(TRANSLATED), "--framework", "cloudformation", "-o", "json", "--skip-download"),
    )

    found_by_checkov = json.loads(ended.stdout)
    found: dict[str, list[str]] = {}
    for check in found_by_checkov["results"]["failed_checks"]:
        found.setdefault(check["check_id"], []).append(check["resource"])
    accepted = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    summary = found_by_checkov["summary"]
    report.append(f"checkov: {summary['passed']} checks passed, {summary['failed']} findings")
    report += [
        f"  {id_}: {len(at)}, {accepted.get(id_, {}).get('reason', 'NOT ACCEPTED')}"
        for id_, at in sorted(found.items())
    ]
    assert summary["resource_count"] == len(translated["Resources"])
    assert {id_: at for id_, at in found.items() if id_ not in accepted} == {}
    assert {id_: len(at) for id_, at in found.items()} == {
        id_: each["count"] for id_, each in accepted.items()
    }


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
