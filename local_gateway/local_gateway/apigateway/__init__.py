"""API Gateway's WebSocket APIs on one machine."""
