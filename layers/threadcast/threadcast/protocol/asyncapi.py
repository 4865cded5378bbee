"""The AsyncAPI 3 document of the protocol, generated from its TypedDicts.

`python -m threadcast.protocol.asyncapi >docs/asyncapi.json` writes the published file.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any, Final

from threadcast.protocol.routes import TABLE, Route
from threadcast.protocol.schema import FRAMES, protocol_schema
from threadcast.protocol.types.frame_types import TURN_FRAMES, ErrorFrame

__all__ = ["PROTOCOL_VERSION", "asyncapi_document", "asyncapi_text"]

PROTOCOL_VERSION: Final = "1.1.0"
"""The minor version grows with each addition; `docs/protocol.md` says what the major version promises."""

_CHANNEL: Final = {"$ref": "#/channels/socket"}
_SCHEMAS: Final = "#/components/schemas/"


def asyncapi_document() -> dict[str, Any]:
    """Return the document: one channel, one operation for each request, with the frames that answer it."""
    types = (*(route.request for route in TABLE), *FRAMES)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Threadcast WebSocket protocol",
            "version": PROTOCOL_VERSION,
            "description": "The frames' order and how they fold to a chat: docs/protocol.md.",
        },
        "defaultContentType": "application/json",
        "servers": {"api": _server()},
        "channels": {"socket": _channel(types)},
        "operations": {
            **{_name(route.request): _request(route) for route in TABLE},
            "Frames": {
                "action": "send",
                "channel": _CHANNEL,
                "summary": "Turns that other connections of the user have requested, and catch-ups.",
                "messages": _messages((*TURN_FRAMES, ErrorFrame)),
            },
        },
        "components": {
            "messages": {_name(each): _message(each) for each in types},
            "schemas": _referring_to_components(protocol_schema()["$defs"]),
            "securitySchemes": {
                "token": {"type": "httpApiKey", "name": "authentication", "in": "query"},
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


def asyncapi_text() -> str:
    """Return the document as the published file holds it."""
    return json.dumps(asyncapi_document(), indent=2) + "\n"


def _server() -> dict[str, Any]:
    return {
        "host": "{apiId}.execute-api.{region}.amazonaws.com",
        "pathname": "/{stage}",
        "protocol": "wss",
        "variables": {"apiId": {}, "region": {}, "stage": {"default": "prod"}},
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("token", "bearer")],
    }


def _channel(types: Iterable[type]) -> dict[str, Any]:
    return {
        "address": "/",
        "description": "One socket of a user, for any number of chats.",
        "messages": {_name(each): {"$ref": f"#/components/messages/{_name(each)}"} for each in types},
    }


def _request(route: Route[Any, Any]) -> dict[str, Any]:
    answers = (*route.turn_frames, *(reply.frame for reply in route.replies), ErrorFrame)
    return {
        "action": "receive",
        "channel": _CHANNEL,
        "title": ", ".join(route.names),
        "messages": _messages((route.request,)),
        "reply": {"channel": _CHANNEL, "messages": _messages(answers)},
    }


def _messages(types: Iterable[type]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/socket/messages/{_name(each)}"} for each in types]


def _message(each: type) -> dict[str, Any]:
    payload = {"$ref": f"{_SCHEMAS}{_name(each)}"}
    return {"name": _name(each), "summary": each.__doc__, "payload": payload}


def _referring_to_components(schema: Any) -> Any:
    """Return the schema with its references to `#/$defs/` leading to `#/components/schemas/`."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", _SCHEMAS) if key == "$ref" else _referring_to_components(value)
            for key, value in schema.items()
        }
    return [_referring_to_components(each) for each in schema] if isinstance(schema, list) else schema


def _name(each: type) -> str:
    return each.__name__


if __name__ == "__main__":
    sys.stdout.write(asyncapi_text())
