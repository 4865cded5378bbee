"""samconfig.toml agrees with the template, with what `make build` writes, and with the Makefile."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from demo.invoke.emulators import ENVIRONMENT_FILE

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
SECTIONS = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text())
PARAMETERS_FILE = ".aws-sam/parameters.yaml"
LOCAL = ("local_invoke", "local_start_lambda")


def variables_of_functions() -> dict[str, set[str]]:
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"].keys()
    functions = {
        name: resource["Properties"]["Environment"]["Variables"].keys()
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return {name: {*shared, *own} for name, own in functions.items()}


def commands(*arguments: str) -> str:
    """Return the commands that make would run."""
    command = ["make", "--dry-run", "--always-make", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout


def test_sam_reads_the_parameters_that_make_build_writes() -> None:
    overrides = {name: SECTIONS[name]["parameters"]["parameter_overrides"] for name in (*LOCAL, "deploy")}

    written = f"file://{PARAMETERS_FILE}"
    assert overrides == {
        "local_invoke": [written, "RunTurnsInline=true"],
        "local_start_lambda": [written, "RunTurnsInline=true"],
        "deploy": written,
    }
    assert "RunTurnsInline" in TEMPLATE["Parameters"]
    assert f">{PARAMETERS_FILE}" in MAKEFILE


def test_make_build_writes_parameters_of_the_template() -> None:
    (written,) = re.findall(rf"printf '(.*)' .*>{PARAMETERS_FILE}", MAKEFILE)

    names = [line.split(":")[0] for line in written.split("\\n") if line]
    assert names == ["Architecture", "Agent", "Release"]
    assert set(names) <= TEMPLATE["Parameters"].keys()


@pytest.mark.parametrize("section", LOCAL)
def test_containers_get_the_addresses_of_the_emulators(section: str) -> None:
    parameters = SECTIONS[section]["parameters"]

    assert parameters["env_vars"] == str(ENVIRONMENT_FILE.relative_to(ROOT))
    assert parameters["add_host"] == ["host.docker.internal:host-gateway"]


def test_the_template_declares_every_variable_of_the_environment_file() -> None:
    """`sam local` sets only variables that the template declares for the function."""
    given: dict[str, Any] = json.loads(ENVIRONMENT_FILE.read_text())["Parameters"]

    for function, declared in variables_of_functions().items():
        elsewhere = {"TOKEN_SECRET"} if function != "AuthorizerFunction" else {"TABLE_NAME"}
        assert given.keys() - declared == elsewhere


@pytest.mark.parametrize(
    ("arguments", "architecture"),
    [
        (["build", "MACHINE=x86_64"], "x86_64"),
        (["build", "MACHINE=arm64"], "arm64"),
        (["build", "MACHINE=x86_64", "ARCHITECTURE=arm64"], "arm64"),
        (["deploy", "MACHINE=x86_64"], "arm64"),
        (["deploy", "MACHINE=x86_64", "ARCHITECTURE=x86_64"], "x86_64"),
    ],
)
def test_builds_and_deployments_are_for_one_processor(arguments: list[str], architecture: str) -> None:
    planned = commands(*arguments)

    named = set(re.findall(r"(?:Architecture=|ARCHITECTURE=|Release: %s\\n' )(arm64|x86_64)", planned))
    assert named == {architecture}
