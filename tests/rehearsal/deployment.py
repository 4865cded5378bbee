"""`sam deploy` of the built stack into the emulator."""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt

from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import read_template
from tests.rehearsal.emulator import Emulator

__all__ = ["STACK", "Deployment", "deployed"]

ROOT = Path(__file__).parents[2]
STACK = "rehearsal"
_SAM = ROOT / ".sam-venv" / "bin" / "sam"
_TIMEOUT_S = 900


@dataclass(frozen=True)
class Deployment:
    """A deployed stack, and a user who may connect to it."""

    emulator: Emulator
    secret: str = field(repr=False)
    parameters: Mapping[str, str]
    template: Path
    user_id: str = field(default_factory=lambda: str(uuid4()))

    def deploy(self, **parameters: str) -> str:
        """Run `sam deploy`; return what it has printed."""
        given = {**self.parameters, **parameters}
        ended = subprocess.run(
            [
                str(_SAM),
                "deploy",
                "--template-file",
                str(self.template),
                "--config-env",
                STACK,  # not in samconfig.toml: the defaults there ask for a confirmation
                "--stack-name",
                STACK,
                "--region",
                self.emulator.region,
                "--resolve-s3",
                "--capabilities",
                "CAPABILITY_IAM",
                "--no-confirm-changeset",
                "--no-progressbar",
                "--parameter-overrides",
                *(f"{name}={value}" for name, value in given.items()),
            ],
            env={**os.environ, **self.emulator.environment, "SAM_CLI_TELEMETRY": "0"},
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    @property
    def stack(self) -> Mapping[str, Any]:
        """The stack as CloudFormation describes it."""
        stacks = self.emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        found: Mapping[str, Any] = stacks[0]
        return found

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.stack["Outputs"]}

    @property
    def api_id(self) -> str:
        """The id of the WebSocket API."""
        return self.outputs["WebSocketUrl"].removeprefix("wss://").partition(".")[0]

    def redirect_functions(self) -> None:
        """Point the functions' endpoints at the emulator: `@connections` is https on AWS and http in it."""
        functions, url = self.emulator.client("lambda"), self.emulator.url
        endpoints = {
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": f"{url}/_aws/execute-api/{self.api_id}/prod",
            "AWS_ENDPOINT_URL_DYNAMODB": url,
            "AWS_ENDPOINT_URL": url,
        }
        for name in (value for key, value in self.outputs.items() if key.endswith("FunctionName")):
            found = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": {**found, **endpoints}}
            )
            version = functions.publish_version(FunctionName=name)["Version"]
            functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    def token(self) -> str:
        """Return a token of the user."""
        claims = {
            "sub": self.user_id,
            "name": "Ada",
            "iss": "threadcast",
            "aud": "threadcast",
            "exp": time.time() + 3600,
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")


def _template_for_the_emulator(parameters: Mapping[str, str]) -> Path:
    """Write the built template for the emulator.

    It evaluates only simple conditions, so each is written as its value. Resources that it refuses are
    left out.
    """
    built = Path(os.environ["REHEARSAL_TEMPLATE"])
    body = dict(read_template(built))
    resolver = Resolver(body, dict(parameters), PhysicalNames(STACK, "us-east-1"))
    values = {name: resolver.condition(condition) for name, condition in body["Conditions"].items()}
    body["Conditions"] = {
        name: {"Fn::Equals": ["true", str(value).lower()]} for name, value in values.items()
    }
    body["Resources"] = {
        name: resource for name, resource in body["Resources"].items() if not _is_refused(resource)
    }
    path = built.with_name("emulator.json")
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def _is_refused(resource: Mapping[str, Any]) -> bool:
    """Return whether MiniStack refuses the resource: a saved query, or an alarm over an expression."""
    is_alarm = resource["Type"] == "AWS::CloudWatch::Alarm"
    return resource["Type"] == "AWS::Logs::QueryDefinition" or (
        is_alarm and "Metrics" in resource["Properties"]
    )


def deployed(emulator: Emulator) -> Deployment:
    """Store a token secret, and deploy the stack with it, built for this machine's processor."""
    secret = secrets.token_hex(32)
    stored = emulator.client("secretsmanager").create_secret(Name="token-secret", SecretString=secret)
    parameters = {
        "Architecture": os.environ["ARCHITECTURE"],
        "TokenSecretArn": stored["ARN"],
        "TokenIssuer": "threadcast",
        "TokenAudience": "threadcast",
    }
    deployment = Deployment(emulator, secret, parameters, _template_for_the_emulator(parameters))
    deployment.deploy()
    return deployment
