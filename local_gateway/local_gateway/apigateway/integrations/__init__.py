"""Integrations other than a synchronous proxy: mapping templates, DynamoDB, and the reply to a message."""
