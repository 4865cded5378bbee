"""Calls to DynamoDB through its SDK: the table, typed attributes, write requests, translated errors."""
