"""The agent that the settings create, and the imports that it avoids."""

import logging
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from strands.models.bedrock import BedrockModel
from strands.models.openai import OpenAIModel

from tests.contracts.agent_contract import a_task
from tests.http_server import Answer, http_server
from tests.metric_storage import metric_storage
from tests.model_agent.agent_runs import text_of
from tests.model_agent.bedrock_server import bedrock_server
from tests.model_agent.openai_server import openai_server
from tests.model_agent.scripted_model import Say, in_order
from threadcast.adapters.memory import MemoryTable
from threadcast.adapters.model_agent.agent import ModelAgent
from threadcast.adapters.model_agent.agent_factory import model_agent
from threadcast.adapters.model_agent.usage.prices import Prices
from threadcast.assets.making.asset_factory import AssetFactory
from threadcast.bootstrap import Application
from threadcast.errors import ConfigurationError
from threadcast.settings import Settings

ROOT = Path(__file__).parents[2]
SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key"
SESSION = boto3.Session("key", "secret", region_name="eu-central-1")


def built(**settings: str) -> ModelAgent:
    asset_factory = AssetFactory(metric_storage(MemoryTable()), lambda: "id", Application(Settings()).clock)
    return model_agent(Settings.from_mapping(settings), SESSION, asset_factory)


def test_bedrock_is_called_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with bedrock_server(in_order([Say("Yes.")])) as model:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", model.url)
        agent = built(
            AGENT="bedrock",
            MODEL_ID="eu.anthropic.claude-test",
            GUARDRAIL_ID="gr1",
            GUARDRAIL_VERSION="7",
            MODEL_MAX_OUTPUT_TOKENS="512",
            MODEL_CACHE_POINTS="none",
            MODEL_REQUEST_FIELDS='{"thinking": {"type": "enabled", "budget_tokens": 1024}}',
        )

        events = list(agent.answer(a_task(wants_title=False)))

    assert text_of(events) == "Yes."
    (request,) = model.requests
    assert request.path == "/model/eu.anthropic.claude-test/converse-stream"
    assert request.body["inferenceConfig"] == {"maxTokens": 512}
    assert "cachePoint" not in str(request.body)
    assert request.body["guardrailConfig"]["guardrailIdentifier"] == "gr1"
    assert request.body["guardrailConfig"]["guardrailVersion"] == "7"
    assert request.body["additionalModelRequestFields"] == {
        "thinking": {"type": "enabled", "budget_tokens": 1024}
    }


@pytest.mark.parametrize(("region", "used"), [("", "eu-central-1"), ("us-west-2", "us-west-2")])
def test_the_models_region_can_differ_from_the_functions(region: str, used: str) -> None:
    agent = built(AGENT="bedrock", MODEL_ID="m", MODEL_REGION=region)

    model = agent._provider.model
    assert isinstance(model, BedrockModel)
    assert model.client.meta.region_name == used
    assert SESSION.region_name == "eu-central-1"


def test_an_openai_compatible_endpoint_is_called_with_the_settings() -> None:
    with openai_server(in_order([Say("Yes.")])) as model:
        agent = built(
            AGENT="openai",
            MODEL_ID="llama",
            OPENAI_BASE_URL=model.url,
            MODEL_REQUEST_FIELDS='{"reasoning_effort": "low"}',
        )

        events = list(agent.answer(a_task(wants_title=False)))

    assert text_of(events) == "Yes."
    (request,) = model.requests
    assert request.path == "/v1/chat/completions"
    assert (request.body["model"], request.body["max_tokens"]) == ("llama", 4_096)
    assert request.body["reasoning_effort"] == "low"


def test_openai_receives_the_token_limit_under_its_new_name() -> None:
    model = built(AGENT="openai", MODEL_ID="gpt", OPENAI_API_KEY="key")._provider.model

    assert isinstance(model, OpenAIModel)
    assert model.config["params"] == {"max_completion_tokens": 4_096}
    assert "base_url" not in model.client_args or model.client_args["base_url"] is None


def test_the_key_is_read_from_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(lambda _: Answer(200, b'{"SecretString": "hunter2"}')) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)

        model = built(AGENT="openai", MODEL_ID="gpt", OPENAI_API_KEY_ARN=SECRET_ARN)._provider.model

    assert isinstance(model, OpenAIModel)
    assert model.client_args["api_key"] == "hunter2"


def test_an_unreadable_key_is_reported_by_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(lambda _: Answer(400, b'{"__type": "AccessDeniedException"}')) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)

        with pytest.raises(ConfigurationError, match=r"^OPENAI_API_KEY_ARN cannot be read$"):
            built(AGENT="openai", MODEL_ID="gpt", OPENAI_API_KEY_ARN=SECRET_ARN)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"AGENT": "bedrock"}, "MODEL_ID is not set"),
        ({"AGENT": "openai"}, "MODEL_ID is not set"),
        ({"AGENT": "openai", "MODEL_ID": "gpt"}, "OPENAI_API_KEY is not set"),
        ({"AGENT": "bedrock", "MODEL_ID": "m", "MODEL_REQUEST_FIELDS": "[1]"}, "MODEL_REQUEST_FIELDS"),
        ({"AGENT": "bedrock", "MODEL_ID": "m", "MODEL_REQUEST_FIELDS": "{"}, "MODEL_REQUEST_FIELDS"),
        ({"AGENT": "bedrock", "MODEL_ID": "m", "MODEL_MAX_COST": "0.5"}, "MODEL_MAX_COST needs"),
        ({"AGENT": "bedrock", "MODEL_ID": "m", "BUDGET_USD": "5"}, "BUDGET_USD needs"),
    ],
)
def test_missing_settings_are_named(settings: dict[str, str], fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        built(**settings)


def test_prices_come_from_the_settings() -> None:
    prices = {"MODEL_PRICE_IN": "3", "MODEL_PRICE_OUT": "15", "MODEL_PRICE_CACHE_READ": "0.3"}

    limits = built(AGENT="bedrock", MODEL_ID="m", MODEL_MAX_COST="0.5", **prices)._limits

    assert limits.prices == Prices(Decimal(3), Decimal(15), Decimal("0.3"), None)
    assert limits.max_cost_usd == Decimal("0.5")


def test_representations_do_not_contain_keys() -> None:
    from threadcast.adapters.model_agent.providers.openai_compatible import OpenAIChoice  # noqa: PLC0415

    assert "hunter2" not in repr(OpenAIChoice("gpt", "hunter2"))
    assert "hunter2" not in repr(Settings(openai_api_key="hunter2"))


@pytest.mark.parametrize("kind", ["bedrock", "openai"])
def test_the_application_creates_the_chosen_agent(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    settings = {"AGENT": kind, "MODEL_ID": "m", "OPENAI_API_KEY": "k", "TABLE_NAME": "t"}

    assert isinstance(Application(Settings.from_mapping(settings)).turns.agent(), ModelAgent)


def test_the_sdks_own_log_lines_are_not_written(caplog: pytest.LogCaptureFixture) -> None:
    built(AGENT="bedrock", MODEL_ID="m")

    logging.getLogger("strands.tools.executors").error("tool execution failed")

    assert caplog.records == []


def test_no_sdk_is_imported_before_an_agent_is_created() -> None:
    script = (
        "import sys; import threadcast.bootstrap as b; from threadcast.settings import Settings;"
        "b.Application(Settings(agent='bedrock', model_id='m', table_name='t')).turns;"
        "print([name for name in ('strands', 'openai', 'httpx', 'opentelemetry') if name in sys.modules])"
    )

    assert _printed(script) == "[]"


def test_bedrock_does_not_import_openais_sdk() -> None:
    script = (
        "import sys; import threadcast.adapters.model_agent.providers.bedrock;"
        "print('openai' in sys.modules, 'strands' in sys.modules)"
    )

    assert _printed(script) == "False True"


def _printed(script: str) -> str:
    environment = {"AWS_DEFAULT_REGION": "eu-central-1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()
