"""Echoes a message, sleeps, or posts frames to the client, as the message requests."""

import json
import time
from typing import Any


def echo(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the body to the client after the optional sleep and posts."""
    body = event.get("body") or "{}"
    if not body.startswith("{"):
        return {"statusCode": 200, "body": body}
    message = json.loads(body)
    if "sleep_s" in message:
        time.sleep(message["sleep_s"])
    if "frames" in message:
        _flood(event["requestContext"]["connectionId"], message["frames"])
    return {"statusCode": 200, "body": body}


def _flood(connection_id: str, frames: int) -> None:
    import boto3  # noqa: PLC0415 - an echo does not need it

    client = boto3.client("apigatewaymanagementapi")
    for number in range(frames):
        client.post_to_connection(ConnectionId=connection_id, Data=str(number))
