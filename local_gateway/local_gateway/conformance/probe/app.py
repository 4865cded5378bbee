"""The functions of the probe application, which keep no state."""  # noqa: INP001 - a code folder of Lambda

import json
import os
import time
from typing import Any

Event = dict[str, Any]


def authorize(event: Event, _context: object) -> dict[str, Any]:
    """Allow, deny or fail, as the query's `access` says; pass `observer` on to every later event."""
    query = event["queryStringParameters"]
    if query["access"] == "unauthorized":
        raise Exception("Unauthorized")  # noqa: TRY002 - API Gateway's documented way to return 401
    if query["access"] == "fail":
        raise ValueError("the authorizer fails")
    effect = "Deny" if query["access"] == "deny" else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": "probe",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"number": 7, "flag": True, "observer": query.get("observer", "")},
    }


def handler(event: Event, _context: object) -> Any:
    """Handle every route."""
    kind = event["requestContext"]["eventType"]
    if kind == "CONNECT":
        return _connect(event)
    if kind == "DISCONNECT":
        return _disconnect(event)
    return _message(event)


def _connect(event: Event) -> Any:
    query = event.get("queryStringParameters") or {}
    if query.get("connect") == "raise":
        raise ValueError("$connect fails")
    if query.get("connect") == "headers":
        wanted = ("X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id", "X-Forwarded-For")
        return {"statusCode": 200 if all(name in event["headers"] for name in wanted) else 418}
    protocol = query.get("subprotocol")
    headers = {"Sec-WebSocket-Protocol": protocol} if protocol else {}
    return {"statusCode": int(query.get("status", 200)), "headers": headers, "body": "why it is refused"}


def _disconnect(event: Event) -> Any:
    """Post the event's code and reason to the connection that observes this one."""
    import boto3  # noqa: PLC0415 - slow, and only this route needs it

    about = event["requestContext"]
    observer = about["authorizer"].get("observer")
    if observer:
        given = os.environ.get("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI")  # of an emulator
        endpoint = given or f"https://{about['domainName']}/{about['stage']}"
        seen = {"code": about.get("disconnectStatusCode"), "reason": about.get("disconnectReason")}
        client = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)
        client.post_to_connection(ConnectionId=observer, Data=json.dumps(seen))
    return {"statusCode": 200}


def _message(event: Event) -> Any:
    try:
        asked = json.loads(event["body"])
    except ValueError:
        asked = {}
    do = asked.get("do") if isinstance(asked, dict) else None
    if do == "raise":
        raise ValueError("the handler fails")
    if do == "return":
        return asked["result"]
    if do == "sleep":
        time.sleep(asked["seconds"])
    answer = {"route": event["requestContext"]["routeKey"], "length": len(event["body"])}
    if do == "event":
        answer["event"] = event
    return {"statusCode": 200, "body": json.dumps(answer)}
