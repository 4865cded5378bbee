"""Mapping templates of non-proxy integrations."""

from typing import Any

import pytest

from local_gateway.apigateway.integrations.mapping_templates import MappingError, MessageMapping
from local_gateway.aws_lambda.invocation import Outcome
from local_gateway.template.integrations import Integration, IntegrationResponse
from tests.local_gateway.fakes import raised, returned


def mapping(body: str = '{"a": {"b": [1, "two"]}}', **options: Any) -> MessageMapping:
    context = {"connectionId": "c=", "routeKey": "k"}
    return MessageMapping(Integration("AWS", "arn", **options), context, {"color": "blue"}, body)


@pytest.mark.parametrize(
    ("template", "payload"),
    [
        ("$context.connectionId $context.routeKey", "c= k"),
        ("$stageVariables.color", "blue"),
        ("$input.body", '{"a": {"b": [1, "two"]}}'),
        ("$input.json('$.a.b')", '[1, "two"]'),
        ("$input.path('$.a.b[1]')", "two"),
        ("#set($a = $input.path('$').a)#foreach($n in $a.b)<$n>#end", "<1><two>"),
        ("$util.escapeJavaScript('\"')", '\\"'),
        ("$util.base64Encode('a')$util.base64Decode('Yg==')", "YQ==b"),
        ("$util.urlEncode('a b')$util.urlDecode('a+b')", "a+ba b"),
        ("$util.parseJson('{\"x\": 1}').x", "1"),
    ],
)
def test_a_template_has_api_gateways_variables(template: str, payload: str) -> None:
    assert mapping(templates={"$default": template}).request() == payload.encode()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [(None, "default"), ("two", "2"), ("$request.body.a.b[1]", "2"), ("x", "default")],
)
def test_the_selection_expression_selects_the_template(selection: str | None, expected: str) -> None:
    templates = {"$default": "default", "two": "2"}

    assert mapping(templates=templates, selection=selection).request() == expected.encode()


@pytest.mark.parametrize(
    ("passthrough", "templates", "passes"),
    [
        ("WHEN_NO_MATCH", {"other": "x"}, True),
        ("WHEN_NO_TEMPLATES", {}, True),
        ("WHEN_NO_TEMPLATES", {"other": "x"}, False),
        ("NEVER", {}, False),
    ],
)
def test_a_message_without_a_template_passes_as_the_behavior_says(
    passthrough: str, templates: dict[str, str], passes: bool
) -> None:
    mapped = mapping(passthrough=passthrough, templates=templates)

    if passes:
        assert mapped.request() == mapped.body.encode()
    else:
        with pytest.raises(MappingError):
            mapped.request()


def test_an_empty_body_is_an_empty_object() -> None:
    assert mapping("").request() == b"{}"


@pytest.mark.parametrize("template", ["$input.path('$..b')", "$util.parseJson('no')"])
def test_an_invalid_template_is_an_error(template: str) -> None:
    with pytest.raises(MappingError):
        mapping(templates={"$default": template}).request()


@pytest.mark.parametrize(
    ("outcome", "reply"),
    [
        (returned({"n": 1}), "n is 1"),
        (raised("ValueError", "busy: later"), "wait"),
        (raised("ValueError", "other"), "n is "),
    ],
)
def test_the_error_message_selects_the_integration_response(outcome: Outcome, reply: str) -> None:
    responses = (
        IntegrationResponse("/busy.*/", {"$default": "wait"}),
        IntegrationResponse("$default", {"$default": "n is $!input.path('$.n')"}),
    )

    assert mapping(responses=responses).reply(outcome) == reply


def test_a_response_without_a_template_is_the_result() -> None:
    assert mapping(responses=(IntegrationResponse("$default"),)).reply(returned([1])) == "[1]"
    assert mapping().reply(returned([1])) is None
