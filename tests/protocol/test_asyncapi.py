"""The published AsyncAPI document; `make test-web` checks it with AsyncAPI's own parser."""

import json
from pathlib import Path
from typing import Any

from tests.protocol.schema_validation import SCHEMA
from threadcast.protocol.asyncapi import asyncapi_text
from threadcast.protocol.routes import ROUTES

PUBLISHED = Path(__file__).parents[2] / "docs/asyncapi.json"
DOCUMENT = json.loads(PUBLISHED.read_text())


def names(references: list[dict[str, str]]) -> set[str]:
    return {reference["$ref"].rsplit("/")[-1] for reference in references}


def operations(action: str) -> list[dict[str, Any]]:
    return [each for each in DOCUMENT["operations"].values() if each["action"] == action]


def test_the_published_document_is_current() -> None:
    assert PUBLISHED.read_text() == asyncapi_text()


def test_every_request_and_every_route_has_an_operation() -> None:
    requests = [name for each in operations("receive") for name in names(each["messages"])]

    assert sorted(requests) == sorted(names(SCHEMA["$defs"]["Request"]["anyOf"]))
    assert {route for each in operations("receive") for route in each["title"].split(", ")} == set(ROUTES)


def test_every_frame_answers_a_request() -> None:
    answers = {name for each in operations("receive") for name in names(each["reply"]["messages"])}

    assert answers == names(SCHEMA["$defs"]["Frame"]["anyOf"])
