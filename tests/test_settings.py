import pytest

from threadcast.errors import ConfigurationError
from threadcast.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_mapping({})

    assert settings == Settings()
    assert (settings.lease_s, settings.grace_s, settings.stream_gap_ms) == (20, 120, 50)


def test_variables_are_field_names_in_capitals_and_others_are_ignored() -> None:
    settings = Settings.from_mapping({"TABLE_NAME": "chats", "TURN_BURST": "7", "PATH": "/bin"})

    assert settings == Settings(table_name="chats", turn_burst=7)


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.from_mapping({"TOKEN_SECRET_ARN": "", "TURNS_PER_MINUTE": "  "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TURNS_PER_MINUTE", "many"),
        ("TURNS_PER_MINUTE", "0"),
        ("TURN_BURST", "0"),
        ("CONCURRENT_TURNS", "0"),
        ("CONNECTIONS_PER_USER", "0"),
        ("CONNECTIONS_PER_USER", "101"),
        ("STREAM_GAP_MS", "-1"),
        ("LEASE_S", "14"),
        ("AGENT", "oracle"),
        ("TOKEN_MODE", "none"),
        ("TURN_STARTER", "cron"),
        ("LOG_LEVEL", "LOUD"),
        ("MAX_MESSAGE_BYTES", "1"),
    ],
)
def test_an_invalid_value_is_reported_by_its_variables_name(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        Settings.from_mapping({variable: value})


@pytest.mark.parametrize(
    "url", ["https://llm.example.com/v1", "http://localhost:8080/v1", "http://127.0.0.1"]
)
def test_a_models_endpoint_is_https_or_on_loopback(url: str) -> None:
    assert Settings.from_mapping({"OPENAI_BASE_URL": url}).openai_base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://llm.example.com/v1",
        "http://localhost.example.com",
        "http://localhost:x@example.com/",
        "ftp://x",
    ],
)
def test_a_models_endpoint_that_is_readable_on_the_way_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^OPENAI_BASE_URL: "):
        Settings.from_mapping({"OPENAI_BASE_URL": url})


def test_all_invalid_values_are_reported_at_once() -> None:
    with pytest.raises(ConfigurationError, match=r"^TURN_BURST: .*; LEASE_S: "):
        Settings.from_mapping({"LEASE_S": "1", "TURN_BURST": "x"})


def test_sam_local_runs_turns_inline_by_default() -> None:
    assert Settings.from_mapping({}).turn_starter == "lambda"
    assert Settings.from_mapping({"AWS_SAM_LOCAL": "true"}).turn_starter == "inline"
    assert Settings.from_mapping({"AWS_SAM_LOCAL": "true", "TURN_STARTER": "lambda"}).turn_starter == "lambda"


def test_from_environment_reads_the_process_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_NAME", "chats")

    assert Settings.from_environment().table_name == "chats"


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"^TABLE_NAME is not set$"):
        Settings().needed("table_name")
    assert Settings(table_name="chats").needed("table_name") == "chats"


def test_the_repr_of_the_settings_hides_the_secret() -> None:
    assert "hunter2" not in repr(Settings(token_secret="hunter2"))
