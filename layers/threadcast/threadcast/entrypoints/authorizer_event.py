"""What API Gateway asks an authorizer and what it takes back; how a user travels in between.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from threadcast.domain.text import clean
from threadcast.domain.user import User
from threadcast.errors import TokenRejected, UnknownEvent
from threadcast.turns.connections import TOKEN_SUBPROTOCOL

__all__ = [
    "AuthorizerAnswer",
    "HandshakeRefused",
    "allow",
    "find_token",
    "offered_subprotocols",
    "user_from_context",
]

_MAX_NAME_CHARACTERS = 200
_MAX_AVATAR_CHARACTERS = 2048


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


def find_token(event: Mapping[str, Any]) -> str:
    """Find the token in `?authentication=`, else `Authorization: Bearer`, else the subprotocols.

    Browsers can't set headers on a WebSocket, so they offer the subprotocols `bearer` and the token.
    Raises `TokenRejected` if it is nowhere.
    """
    for token in _tokens(event):
        return token
    raise TokenRejected("no token")


def offered_subprotocols(event: Mapping[str, Any]) -> tuple[str, ...]:
    """List the subprotocols that the client offers, in its order."""
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
    if "user_id" not in context:
        raise UnknownEvent("the event carries no user: $connect needs Threadcast's authorizer")
    return User(
        id=str(context["user_id"]),
        name=clean(str(context.get("user_name", ""))),
        email=clean(str(context.get("user_email", ""))),
        organization_id=context.get("organization_id"),
        avatar=context.get("user_avatar"),
    )


def _context_of(user: User) -> dict[str, str]:
    """Strings only, and well below the 8 KB that API Gateway grants to the whole answer."""
    avatar = user.avatar or ""
    fits = avatar.isascii() and len(avatar) <= _MAX_AVATAR_CHARACTERS
    context = {
        "user_id": user.id,
        "user_name": user.name[:_MAX_NAME_CHARACTERS],
        "user_email": user.email[:_MAX_NAME_CHARACTERS],
        "organization_id": user.organization_id,
        "user_avatar": avatar if fits else None,
    }
    return {name: value for name, value in context.items() if value}


def _tokens(event: Mapping[str, Any]) -> Iterator[str]:
    query = event.get("queryStringParameters") or {}
    if token := (query.get("authentication") or "").strip():
        yield token
    for header in _headers(event, "authorization"):
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            yield token.strip()
    first, *rest = offered_subprotocols(event) or ("",)
    if first == TOKEN_SUBPROTOCOL and rest:
        yield rest[0]


def _headers(event: Mapping[str, Any], name: str) -> list[str]:
    """Give all values of a header, whatever case the client wrote its name in."""
    several = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    found = [value for key, values in several.items() if key.lower() == name for value in values]
    return found or [value for key, value in single.items() if key.lower() == name]
