"""Route selection expressions, as API Gateway's guide describes them."""

import pytest

from local_gateway.apigateway.route_selection import RouteSelector
from local_gateway.errors import TemplateError
from local_gateway.template.api import Route
from tests.local_gateway.fakes import route

JOIN, DEFAULT = route("join"), route("$default")
ROUTES = {"join": JOIN, "$default": DEFAULT, "$connect": route("$connect")}


@pytest.mark.parametrize(
    ("body", "chosen"),
    [
        ('{"action": "join"}', JOIN),
        ('{"action": "leave"}', DEFAULT),
        ('{"other": 1}', DEFAULT),
        ("not JSON", DEFAULT),
        ('"join"', DEFAULT),
        ("[1, 2]", DEFAULT),
        ("", DEFAULT),
        ('{"action": null}', DEFAULT),
        ('{"action": "$connect"}', DEFAULT),
    ],
)
def test_a_message_selects_the_route_of_its_key_or_the_default_route(body: str, chosen: Route) -> None:
    assert RouteSelector("$request.body.action", ROUTES).select(body) == chosen


def test_without_a_default_route_an_unmatched_message_has_no_route() -> None:
    assert RouteSelector("$request.body.action", {"join": JOIN}).select('{"action": "x"}') is None


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("$request.body.action", "join"),
        ("${request.body.action}", "join"),
        ("${request.body.service}/${request.body.action}", "chat/join"),
        ("${request.body.action}-${request.body.missing}", "join-"),
        ("$request.body.data.room", "room1234"),
        ("$request.body.data.seats[1]", "8"),
        ("$request.body.data.seats", "[7, 8]"),
        ("$request.body.data.open", "true"),
        ("static", "static"),
    ],
)
def test_an_expression_is_evaluated_as_the_developer_guide_shows(expression: str, key: str) -> None:
    body = (
        '{"service": "chat", "action": "join", "data": {"room": "room1234", "seats": [7, 8], "open": true}}'
    )
    wanted = route(key)

    chosen = RouteSelector(expression, {key: wanted}).select(body)

    assert chosen == wanted


def test_an_expression_over_anything_but_the_body_is_refused() -> None:
    with pytest.raises(TemplateError, match="is not understood here"):
        RouteSelector("$request.header.action", ROUTES)
