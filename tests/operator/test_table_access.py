"""The command's access to the table, and the messages of its failures."""

import io
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.contracts.stores import memory_stores
from tests.http_server import Answer, http_server
from tests.samples.loaded import OWNER_ID, SAMPLES, reading
from tests.tables import create_table
from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoTable
from threadcast.adapters.memory import MemoryAssetLibrary, MemoryTable
from threadcast.cli.run import run
from threadcast.cli.table.table_access import open_stores
from threadcast.domain.asset import Asset
from threadcast.errors import StoreError, StoreUnavailable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
IOWA_ID = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
BARE = {
    "PATH": os.environ["PATH"],
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
NOTHING_CONFIGURED: Mapping[str, str] = {}
MISCONFIGURED = {
    "AWS_PROFILE": "missing",
    "AWS_REGION": "eu-north-1",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A local DynamoDB emulator with the samples in the table `local`, in the local gateway's region."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="somebody",
        aws_secret_access_key="else",
    )
    create_table(client, "local")
    library = DynamoAssetLibrary(DynamoTable(client, "local"))
    for file in reading().files:
        library.save(file.asset, file.table)
    yield url
    server.stop()


def terminal(
    environment: Mapping[str, str], *arguments: str, folder: Path | None = None
) -> tuple[int, str, str]:
    """Run `threadcast assets` in a process with this environment and no other AWS configuration."""
    ended = subprocess.run(
        [sys.executable, "-m", "threadcast", "assets", *arguments],
        env={**BARE, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("environment", [NOTHING_CONFIGURED, MISCONFIGURED], ids=["nothing", "a mess"])
def test_a_stack_on_this_machine_needs_no_aws_configuration(
    endpoint: str, environment: Mapping[str, str]
) -> None:
    where = ("--endpoint", endpoint, "--table", "local")

    loaded = terminal(environment, "load", str(SAMPLES), "--owner", OWNER_ID, *where)
    listed = terminal(environment, "list", *where)

    assert (loaded[0], loaded[1].splitlines()[-1], loaded[2]) == (0, "Stored 10 assets.", "")
    assert (listed[0], listed[1].splitlines()[-1], listed[2]) == (0, "10 assets.", "")


def test_a_deletion_without_a_terminal_needs_yes(endpoint: str) -> None:
    where = ("--endpoint", endpoint, "--table", "local")

    refused = terminal(NOTHING_CONFIGURED, "delete", "4dde3e98-80fe-46fa-970f-0baa10979f0a", *where)

    assert refused == (1, "", "Nothing was changed: without a terminal, --yes is required.\n")


def test_a_missing_table_is_reported_with_its_place(endpoint: str) -> None:
    result = terminal(NOTHING_CONFIGURED, "list", "--endpoint", endpoint, "--table", "other")

    assert result == (
        1,
        "",
        f"There is no table other at {endpoint}. Are --table, --region and --endpoint right?\n",
    )


def test_a_refused_connection_is_reported_as_such() -> None:
    result = terminal(NOTHING_CONFIGURED, "list", "--endpoint", "http://127.0.0.1:1", "--table", "t")

    assert result == (
        1,
        "",
        "Nothing answers at http://127.0.0.1:1, so the table t was not reached (EndpointConnectionError).\n",
    )


def test_an_endpoint_that_is_no_dynamodb_is_reported() -> None:
    with http_server(lambda _: Answer(404, b"not here")) as server:
        result = terminal(NOTHING_CONFIGURED, "list", "--endpoint", server.url, "--table", "t")

    assert result == (
        1,
        "",
        (
            f"What answers at {server.url} is not DynamoDB (HTTP status 404). "
            "On this machine it has a port of its own, which `make demo` prints.\n"
        ),
    )


def test_a_character_outside_the_encoding_becomes_a_question_mark(endpoint: str) -> None:
    where = ("--endpoint", endpoint, "--table", "local")

    result = terminal({"PYTHONIOENCODING": "ascii"}, "grant", IOWA_ID, "org", "acme", "can_view", *where)

    assert result == (
        0,
        "Organisation acme now has the role can_view on ?Iowa electricity generation by source?.\n",
        "",
    )


def test_a_closed_pipe_ends_a_listing_without_an_error(endpoint: str) -> None:
    arguments = ("-m", "threadcast", "assets", "show", IOWA_ID, "--endpoint", endpoint, "--table", "local")

    showing = subprocess.Popen(
        [sys.executable, *arguments], env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert showing.stdout is not None
    assert showing.stderr is not None
    showing.stdout.close()
    result = showing.stderr.read()
    showing.stderr.close()

    assert (showing.wait(), result) == (141, b"")


def test_a_missing_region_is_reported_with_the_option_to_set() -> None:
    result = terminal(NOTHING_CONFIGURED, "list", "--table", "t")

    assert result == (
        1,
        "",
        (
            "No region is known, so no request was sent. Give --region REGION (or set AWS_REGION); "
            "a stack on this machine needs none.\n"
        ),
    )


def test_missing_credentials_are_reported_with_advice() -> None:
    result = terminal(NOTHING_CONFIGURED, "list", "--table", "t", "--region", "eu-central-1")

    assert result == (
        1,
        "",
        (
            "No AWS credentials were found, so no request was sent to the table t. "
            "Log in, or set AWS_PROFILE; a stack on this machine needs none.\n"
        ),
    )


def test_an_unknown_profile_is_reported() -> None:
    result = terminal({"AWS_PROFILE": "missing"}, "list", "--table", "t", "--region", "eu-central-1")

    assert result == (1, "", "No request was sent: The config profile (missing) could not be found.\n")


def test_a_missing_stack_is_reported_with_what_to_start(tmp_path: Path) -> None:
    result = terminal(NOTHING_CONFIGURED, "list", folder=tmp_path)

    assert result == (
        1,
        "",
        (
            "No stack runs on this machine: `make start` or `make demo` starts one, and this command finds "
            "it from any folder of the checkout. On AWS, give --stack NAME.\n"
        ),
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            StoreUnavailable("ThrottlingException"),
            "The table t cannot be reached now (ThrottlingException); try again.",
        ),
        (StoreError("SomethingNew"), "The table t refused: SomethingNew."),
        (
            StoreError("ResourceNotFoundException"),
            ("There is no table t at DynamoDB in eu-central-1. Are --table, --region and --endpoint right?"),
        ),
        (
            StoreError("ValidationException"),
            "The table t at DynamoDB in eu-central-1 is not one of Threadcast's (ValidationException).",
        ),
        (
            StoreError("AccessDeniedException"),
            "These credentials may not do this with the table t (AccessDeniedException).",
        ),
        (
            StoreError("UnrecognizedClientException"),
            (
                "DynamoDB in eu-central-1 does not accept these credentials (UnrecognizedClientException). "
                "Log in, or set AWS_PROFILE; "
                "a stack on this machine needs none."
            ),
        ),
    ],
)
def test_a_failing_table_is_reported_without_a_stack_trace(error: StoreError, sentence: str) -> None:
    class BrokenLibrary(MemoryAssetLibrary):
        def all(self) -> tuple[Asset, ...]:
            raise error

    stores = replace(memory_stores().for_operators, assets=BrokenLibrary(MemoryTable()))
    out, err = io.StringIO(), io.StringIO()
    code = run(
        ("assets", "list", "--table", "t", "--region", "eu-central-1"),
        {},
        lambda *_: stores,
        confirm=lambda _: True,
        now=NOON,
        out=out,
        err=err,
    )

    assert (code, out.getvalue(), err.getvalue()) == (1, "", f"{sentence}\n")


def test_a_remote_endpoint_gets_the_callers_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    options = Namespace(
        stack=None, port=None, table="t", endpoint="https://dynamodb.example.com", region="eu-central-1"
    )

    stores = open_stores(options, {})

    client = stores.assets._table._client  # type: ignore[attr-defined]
    assert client._request_signer._credentials.access_key == "mine"
    assert client.meta.endpoint_url == "https://dynamodb.example.com"
