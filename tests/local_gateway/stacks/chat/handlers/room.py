"""The handlers of the chat room, written for AWS."""

import json
import os

import boto3
from words import polite

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def on_connect(event, context):
    """Store the connection."""
    table.put_item(Item={"connectionId": event["requestContext"]["connectionId"], "room": "main"})
    return {"statusCode": 200, "body": "Connected."}


def on_disconnect(event, context):
    """Delete the connection."""
    table.delete_item(Key={"connectionId": event["requestContext"]["connectionId"]})
    return {"statusCode": 200, "body": "Disconnected."}


def send_message(event, context):
    """Post the message to every connection in the room."""
    where = event["requestContext"]
    endpoints = [os.environ["STAGE_URL"], f"https://{where['domainName']}/{where['stage']}"]
    text = polite(os.environ.get("GREETING", ""), json.loads(event["body"])["data"])
    connections = table.query(
        IndexName="by_room",
        KeyConditionExpression="room = :main",
        ExpressionAttributeValues={":main": "main"},
    )
    for number, item in enumerate(connections["Items"]):
        api = boto3.client("apigatewaymanagementapi", endpoint_url=endpoints[number % 2])
        try:
            api.post_to_connection(ConnectionId=item["connectionId"], Data=text.encode())
        except api.exceptions.GoneException:
            table.delete_item(Key={"connectionId": item["connectionId"]})
    return {"statusCode": 200, "body": "Data sent."}
