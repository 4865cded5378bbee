"""Echoes, sleeps, or floods its caller by `@connections`, as the message asks."""

import json
import time
from typing import Any


def echo(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Send the body back by the route response, unless the body asks for more."""
    body = event.get("body") or "{}"
    if not body.startswith("{"):
        return {"statusCode": 200, "body": body}
    wish = json.loads(body)
    if "sleep_s" in wish:
        time.sleep(wish["sleep_s"])
    if "frames" in wish:
        _flood(event["requestContext"]["connectionId"], wish["frames"])
    return {"statusCode": 200, "body": body}


def _flood(connection_id: str, frames: int) -> None:
    import boto3  # noqa: PLC0415 - echoes must not pay for it

    client = boto3.client("apigatewaymanagementapi")
    for number in range(frames):
        client.post_to_connection(ConnectionId=connection_id, Data=str(number))
