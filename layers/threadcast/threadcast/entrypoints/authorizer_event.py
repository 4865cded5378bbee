"""What API Gateway asks an authorizer and what it takes back; how a user travels in between.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from threadcast.domain.text import clean, json_size
from threadcast.domain.user import User
from threadcast.entrypoints.event_fields import mapping_in, optional_in, require_mapping
from threadcast.errors import TokenRejected, UnknownEvent
from threadcast.turns.connections import TOKEN_SUBPROTOCOL

__all__ = [
    "AuthorizerAnswer",
    "HandshakeRefused",
    "allow",
    "find_token",
    "method_arn_of",
    "offered_subprotocols",
    "user_from_context",
]

_MAX_NAME_CHARACTERS = 200
_MAX_AVATAR_BYTES = 2048


class HandshakeRefused(Exception):
    """No token, or a bad one: the authorizer's answer, though it must be raised.

    API Gateway makes a 401 of an authorizer's error whose message is this very word, a 500 of any other.
    """

    def __str__(self) -> str:
        return "Unauthorized"


class AuthorizerAnswer(TypedDict):
    """A policy, and the strings that every later event of the connection will carry."""

    principalId: str
    policyDocument: dict[str, Any]
    context: dict[str, str]


def method_arn_of(event: Any) -> str:
    """Return the ARN (`…/{stage}/$connect`) that an authorizer is asked about; raises `UnknownEvent`."""
    method_arn = optional_in(require_mapping(event), "methodArn", str) or ""
    if method_arn.count("/") < 2:  # noqa: PLR2004 - an API, its stage, and the route
        raise UnknownEvent("not an authorizer's event of a WebSocket API: wrong or missing methodArn")
    return method_arn


def find_token(event: Any) -> str:
    """Find the token in `?authentication=`, else `Authorization: Bearer`, else the subprotocols.

    Browsers can't set headers on a WebSocket, so they offer the subprotocols `bearer` and the token.
    Raises `TokenRejected` if it is nowhere, `UnknownEvent` if the event is none of API Gateway's.
    """
    for token in _tokens(require_mapping(event)):
        return token
    raise TokenRejected("no token")


def offered_subprotocols(event: Mapping[str, Any]) -> tuple[str, ...]:
    """List the subprotocols that the client offers, in its order; raises `UnknownEvent`."""
    offered = ",".join(_headers(event, "sec-websocket-protocol"))
    return tuple(name for part in offered.split(",") if (name := part.strip()))


def allow(user: User, method_arn: str) -> AuthorizerAnswer:
    """Let `user` connect and use every route of the stage that `method_arn` (`…/$connect`) belongs to.

    The answer holds for the connection's whole life, in which the authorizer is not asked again; a policy for
    `$connect` alone could refuse the messages that follow.
    """
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": user.id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": _context_of(user),
    }


def user_from_context(context: Mapping[str, Any]) -> User:
    """Read the user that `allow` let in; raises `UnknownEvent` if no authorizer has spoken."""
    values = {name: clean(optional_in(context, name, str) or "") for name in _CONTEXT_OF_A_USER}
    if not values["user_id"]:
        raise UnknownEvent("the event carries no user: $connect needs Threadcast's authorizer")
    return User(
        id=values["user_id"],
        name=values["user_name"],
        email=values["user_email"],
        organization_id=values["organization_id"] or None,
        avatar=values["user_avatar"] or None,
        has_verified_email=values["email_verified"] == "true",
    )


_CONTEXT_OF_A_USER = (
    *("user_id", "user_name", "user_email", "organization_id", "user_avatar"),
    "email_verified",
)


def _context_of(user: User) -> dict[str, str]:
    """Strings only, and below the 8 KB that API Gateway grants to the whole answer, however it escapes them.

    An organisation's id has at most `MAX_ID_BYTES`, see `user_from_claims`.
    """
    avatar = user.avatar or ""
    fits = avatar.isascii() and json_size(avatar) <= _MAX_AVATAR_BYTES
    values = (
        user.id,
        user.name[:_MAX_NAME_CHARACTERS],
        user.email[:_MAX_NAME_CHARACTERS],
        user.organization_id,
        avatar if fits else None,
        "true" if user.has_verified_email and len(user.email) <= _MAX_NAME_CHARACTERS else None,
    )
    return {name: value for name, value in zip(_CONTEXT_OF_A_USER, values, strict=True) if value}


def _tokens(event: Mapping[str, Any]) -> Iterator[str]:
    query = mapping_in(event, "queryStringParameters")
    if token := (optional_in(query, "authentication", str) or "").strip():
        yield token
    for header in _headers(event, "authorization"):
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            yield token.strip()
    first, *rest = offered_subprotocols(event) or ("",)
    if first == TOKEN_SUBPROTOCOL and rest:
        yield rest[0]


def _headers(event: Mapping[str, Any], name: str) -> list[str]:
    """Give all values of a header, whatever case the client wrote its name in; raises `UnknownEvent`."""
    several = mapping_in(event, "multiValueHeaders")
    single = mapping_in(event, "headers")
    lists = [optional_in(several, key, list) or [] for key in several if key.lower() == name]
    found = [value for values in lists for value in values]
    found = found or [value for key, value in single.items() if key.lower() == name]
    if not all(isinstance(value, str) for value in found):
        raise UnknownEvent(f"the event has a wrong {name} header")
    return found
