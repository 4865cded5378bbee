"""A suite of API Gateway's WebSocket behaviours that can be seen from outside, for any target."""
