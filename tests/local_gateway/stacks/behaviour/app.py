"""Handlers that do what the test asks for."""

import json
import os
import signal
import sys
import threading
import time


def act(event, context):
    """Run the action that `do` names in the body, or in the event of a direct invocation."""
    body = event.get("body")
    request = _read_request(body) if body is not None else event
    return ACTIONS[request.get("do", "echo")](event, request, context)


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
    """Return the result that the query string's `verdict` names."""
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


def record_failure(event, context):
    """Print the record of a failed asynchronous invocation."""
    print("RECORD " + json.dumps(event))


def _read_request(body):
    try:
        request = json.loads(body)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _post_error(event):
    context = event["requestContext"]
    try:
        _management(context).post_to_connection(ConnectionId=context["connectionId"], Data=b"too early")
    except Exception as problem:
        return type(problem).__name__
    return None


def _management(context):
    import boto3  # slow to import, and most tests do not need it

    return boto3.client(
        "apigatewaymanagementapi", endpoint_url=f"https://{context['domainName']}/{context['stage']}"
    )


def _echo(event, request, context):
    return {"statusCode": 200, "body": event.get("body")}


def _event(event, request, context):
    return {"statusCode": 200, "body": json.dumps(event)}


def _return(event, request, context):
    return request["value"]


def _raise(event, request, context):
    raise ValueError(request.get("text", "requested"))


def _sleep(event, request, context):
    print("sleeping")
    print(f"process {os.getpid()}")
    time.sleep(request["seconds"])
    print("slept")
    return {"statusCode": 200, "body": "slept"}


def _wait(event, request, context):
    """Return when the file exists: the test controls the duration of the invocation."""
    print("sleeping")
    while not os.path.exists(request["path"]):  # noqa: PTH110 - an ordinary handler
        time.sleep(0.01)
    return {"statusCode": 200, "body": "slept"}


def _exit(event, request, context):
    sys.exit(request.get("code", 1))


def _abort(event, request, context):
    os.abort()


def _large(event, request, context):
    return "x" * request["bytes"]


def _environment(event, request, context):
    return dict(os.environ)


def _context(event, request, context):
    return {
        "function_name": context.function_name,
        "function_version": context.function_version,
        "invoked_function_arn": context.invoked_function_arn,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "request_id_is_set": bool(context.aws_request_id),
        "custom": context.client_context.custom if context.client_context else None,
    }


def _process(event, request, context):
    return {"statusCode": 200, "body": str(os.getpid())}


def _post_by_domain(event, request, _context_object):
    context = event["requestContext"]
    _management(context).post_to_connection(ConnectionId=context["connectionId"], Data=request["text"])
    return {"statusCode": 200}


def _invoke(event, request, context):
    import boto3

    answer = boto3.client("lambda").invoke(
        FunctionName=request["function"], Payload=json.dumps(request["payload"]).encode()
    )
    return {"statusCode": 200, "body": answer["Payload"].read().decode()}


def _set(event, request, context):
    return {1}


def _print(event, request, context):
    print(request["text"])
    return {"statusCode": 200}


def _listen(event, request, context):
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
    "post": _post_by_domain,
    "invoke": _invoke,
    "print": _print,
    "set": _set,
    "listen": _listen,
}
