"""`make deploy` fails in one line, before it builds, without region, secret or issuer."""

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from scripts import deployment
from tests.template.translation import resolver, translated

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = tomllib.loads((ROOT / "samconfig.toml").read_text())
SECRET = "TokenSecretArn=arn:aws:secretsmanager:eu-central-1:123456789012:secret:s"
ISSUER = "TokenIssuer=https://id.example.com"


@pytest.fixture(autouse=True)
def no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither the caller's AWS configuration is read, nor the workspace's own file written."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setattr(deployment, "_WRITTEN", tmp_path / "deploy.yaml")
    return tmp_path / "deploy.yaml"


@pytest.mark.parametrize(
    ("region", "given", "missing"),
    [
        ("", [SECRET, ISSUER], "no region"),
        ("eu-central-1", [SECRET], "no issuer"),
        ("eu-central-1", [ISSUER], "Rule SharedSecret: TokenMode HS256 needs"),
        ("eu-central-1", [ISSUER, "TokenMode=JWKS"], "Rule PublicKeys: TokenMode JWKS needs JwksUrl"),
        ("eu-central-1", [SECRET, ISSUER, "Agent=bedrock"], "Rule Model"),
        ("eu-central-1", [SECRET, ISSUER, "DomainName=chat.example.com"], "DomainName needs CertificateArn"),
        ("eu-central-1", [SECRET, ISSUER, "NoSuchName=1"], "[NoSuchName] do not exist"),
    ],
)
def test_what_is_missing_is_named_in_one_line(
    region: str,
    given: list[str],
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_files: Path,
) -> None:
    monkeypatch.setenv("AWS_REGION", region)

    assert deployment.main(given) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert missing in line
    assert not no_files.exists()


@pytest.mark.parametrize("environment", ["default", "dev", "staging", "prod"])
def test_an_environment_with_a_secret_and_an_issuer_can_be_deployed(
    environment: str, monkeypatch: pytest.MonkeyPatch, no_files: Path
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    assert deployment.main(["--environment", environment, SECRET, ISSUER, "LogLevel=ERROR"]) == 0
    written = json.loads(no_files.read_text())
    assert (written["LogLevel"], written["TokenIssuer"]) == ("ERROR", "https://id.example.com")
    assert resolver(**written).condition({"Condition": "ProtectsTable"}) is (environment == "prod")
    assert written.keys() <= translated()["Parameters"].keys()


def test_an_unknown_environment_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert deployment.main(["--environment", "production"]) == 2
    assert capsys.readouterr().err.endswith("it has default, dev, staging, prod\n")


def test_every_environment_has_a_stack_and_tags_of_its_own() -> None:
    settings = {name: ENVIRONMENTS[name]["deploy"]["parameters"] for name in ("dev", "staging", "prod")}

    assert len({each["stack_name"] for each in settings.values()}) == len(settings)
    assert {name: each["tags"][-1] for name, each in settings.items()} == {
        name: f"environment={name}" for name in settings
    }


def test_make_deploy_checks_before_it_builds_and_builds_before_it_deploys() -> None:
    command = ["make", "--dry-run", "deploy", "ENV=prod", "AWS_REGION=eu-west-1"]
    planned = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout

    steps = [
        planned.index(step) for step in ("scripts.deployment --environment prod", "sam build", "sam deploy")
    ]
    assert steps == sorted(steps)
    assert "AWS_DEFAULT_REGION=eu-west-1" in planned
    assert "--config-env prod --parameter-overrides file://.aws-sam/deploy.yaml" in planned
