"""Functions as other projects write them."""

import json
import logging
import os


def handler(event, context):
    if "requestContext" not in event:  # a non-proxy integration
        print("received", json.dumps(event))
        return {"count": len(event.get("of", [])), "stage": event.get("stage")}
    if event["requestContext"]["eventType"] == "CONNECT":
        return {"statusCode": 200}
    action = json.loads(event["body"]).get("do", "route")
    return {"statusCode": 200, "body": ACTIONS[action](event)}


def changed(event, context):
    print("changed", json.dumps(event["Records"]))


def post(event, url):
    import boto3

    client = boto3.client("apigatewaymanagementapi", **url)
    try:
        client.post_to_connection(ConnectionId=event["requestContext"]["connectionId"], Data="posted")
    except Exception as problem:
        return type(problem).__name__
    return "done"


def post_by_name(event):
    host = f"{os.environ['API_ID']}.execute-api.{os.environ['AWS_REGION']}.amazonaws.com"
    return post(event, {"endpoint_url": f"https://{host}/{event['requestContext']['stage']}"})


def post_without_endpoint(event):
    return post(event, {})


def open_url(event):
    import urllib.request

    host = f"{os.environ['API_ID']}.execute-api.{os.environ['AWS_REGION']}.amazonaws.com"
    try:
        with urllib.request.urlopen(f"https://{host}/nowhere") as answer:
            return str(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return f"{problem.code} {problem.read().decode()}"


def store(event):
    import boto3

    item = {"id": event["requestContext"]["messageId"]}
    boto3.resource("dynamodb").Table(os.environ["TABLE"]).put_item(Item=item)
    return item["id"]


def log(event):
    logging.getLogger().info("logged at INFO")
    return "logged"


ACTIONS = {
    "route": lambda event: event["requestContext"]["routeKey"],
    "environment": lambda _event: json.dumps(dict(os.environ)),
    "domain": lambda event: event["requestContext"]["domainName"],
    "post by name": post_by_name,
    "post without endpoint": post_without_endpoint,
    "open url": open_url,
    "store": store,
    "log": log,
}
