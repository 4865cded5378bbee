"""The handlers of the room, as somebody else wrote them for AWS."""

import json
import os

import boto3
from words import polite

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def on_connect(event, context):
    """Remember who is here."""
    table.put_item(Item={"connectionId": event["requestContext"]["connectionId"], "room": "main"})
    return {"statusCode": 200, "body": "Connected."}


def on_disconnect(event, context):
    """Forget who left."""
    table.delete_item(Key={"connectionId": event["requestContext"]["connectionId"]})
    return {"statusCode": 200, "body": "Disconnected."}


def send_message(event, context):
    """Tell everybody, by the address that the template gave."""
    where = event["requestContext"]
    endpoints = [os.environ["STAGE_URL"], f"https://{where['domainName']}/{where['stage']}"]
    text = polite(os.environ.get("GREETING", ""), json.loads(event["body"])["data"])
    present = table.query(
        IndexName="by_room",
        KeyConditionExpression="room = :main",
        ExpressionAttributeValues={":main": "main"},
    )
    for number, item in enumerate(present["Items"]):
        api = boto3.client("apigatewaymanagementapi", endpoint_url=endpoints[number % 2])
        try:
            api.post_to_connection(ConnectionId=item["connectionId"], Data=text.encode())
        except api.exceptions.GoneException:
            table.delete_item(Key={"connectionId": item["connectionId"]})
    return {"statusCode": 200, "body": "Data sent."}
