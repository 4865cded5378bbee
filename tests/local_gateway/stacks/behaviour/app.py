"""Handlers that do what the test asks for."""

import json
import os
import signal
import sys
import threading
import time


def act(event, context):
    """Do what the body's `do` says, or what the event itself says when invoked directly."""
    body = event.get("body")
    wish = _wish(body) if body is not None else event
    return ACTIONS[wish.get("do", "echo")](event, wish, context)


def live(event, context):
    """Accept every connection, unless the query string asks for something else; print every event."""
    print("EVENT " + json.dumps(event))
    query = event.get("queryStringParameters") or {}
    match query.get("connect"):
        case "refuse":
            return {"statusCode": int(query["status"])}
        case "raise":
            raise RuntimeError("no")
        case "malformed":
            return "not an object"
        case "subprotocol":
            return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "chat.v1"}}
        case "post":
            return {"statusCode": 200 if _post_error(event) == "GoneException" else 500}
    return {"statusCode": 200}


def authorize(event, context):
    """Decide as the query string's `verdict` says."""
    print("EVENT " + json.dumps(event))
    verdict = (event.get("queryStringParameters") or {}).get("verdict", "allow")
    if verdict == "unauthorized":
        raise Exception("Unauthorized")  # noqa: TRY002 - the documented way to answer 401
    if verdict == "raise":
        raise RuntimeError("broken")
    if verdict == "malformed":
        return {"isAuthorized": True}
    effect = "Deny" if verdict == "deny" else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": "alice",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"plan": "gold", "age": 42, "admin": True},
    }


def mourn(event, context):
    """Print the record of a call that was given up."""
    print("RECORD " + json.dumps(event))


def _wish(body):
    try:
        wish = json.loads(body)
    except ValueError:
        return {}
    return wish if isinstance(wish, dict) else {}


def _post_error(event):
    context = event["requestContext"]
    try:
        _management(context).post_to_connection(ConnectionId=context["connectionId"], Data=b"too early")
    except Exception as problem:
        return type(problem).__name__
    return None


def _management(context):
    import boto3  # most tests never need it, and it takes a third of a second

    return boto3.client(
        "apigatewaymanagementapi", endpoint_url=f"https://{context['domainName']}/{context['stage']}"
    )


def _echo(event, wish, context):
    return {"statusCode": 200, "body": event.get("body")}


def _event(event, wish, context):
    return {"statusCode": 200, "body": json.dumps(event)}


def _return(event, wish, context):
    return wish["value"]


def _raise(event, wish, context):
    raise ValueError(wish.get("text", "asked to"))


def _sleep(event, wish, context):
    print("sleeping")
    time.sleep(wish["seconds"])
    print("slept")
    return {"statusCode": 200, "body": "slept"}


def _wait(event, wish, context):
    """Return once the file is there: a test decides how long the call lasts."""
    print("sleeping")
    while not os.path.exists(wish["path"]):  # noqa: PTH110 - a handler as people write them
        time.sleep(0.01)
    return {"statusCode": 200, "body": "slept"}


def _exit(event, wish, context):
    sys.exit(wish.get("code", 1))


def _abort(event, wish, context):
    os.abort()


def _large(event, wish, context):
    return "x" * wish["bytes"]


def _environment(event, wish, context):
    return dict(os.environ)


def _context(event, wish, context):
    return {
        "function_name": context.function_name,
        "function_version": context.function_version,
        "invoked_function_arn": context.invoked_function_arn,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "request_id_is_set": bool(context.aws_request_id),
        "custom": context.client_context.custom if context.client_context else None,
    }


def _process(event, wish, context):
    return {"statusCode": 200, "body": str(os.getpid())}


def _post_plain(event, wish, context):
    import boto3

    where = event["requestContext"]
    client = boto3.client("apigatewaymanagementapi")
    client.post_to_connection(ConnectionId=where["connectionId"], Data=wish["text"])
    return {"statusCode": 200}


def _post_by_domain(event, wish, context):
    where = event["requestContext"]
    _management(where).post_to_connection(ConnectionId=where["connectionId"], Data=wish["text"])
    return {"statusCode": 200}


def _invoke(event, wish, context):
    import boto3

    answer = boto3.client("lambda").invoke(
        FunctionName=wish["function"], Payload=json.dumps(wish["payload"]).encode()
    )
    return {"statusCode": 200, "body": answer["Payload"].read().decode()}


def _set(event, wish, context):
    return {1}


def _print(event, wish, context):
    print(wish["text"])
    return {"statusCode": 200}


def _listen(event, wish, context):
    signal.signal(signal.SIGUSR1, lambda *_: print("signalled"))
    return threading.current_thread() is threading.main_thread()


ACTIONS = {
    "echo": _echo,
    "event": _event,
    "return": _return,
    "raise": _raise,
    "sleep": _sleep,
    "wait": _wait,
    "exit": _exit,
    "abort": _abort,
    "large": _large,
    "environment": _environment,
    "context": _context,
    "process": _process,
    "post": _post_plain,
    "post by domain": _post_by_domain,
    "invoke": _invoke,
    "print": _print,
    "set": _set,
    "listen": _listen,
}
