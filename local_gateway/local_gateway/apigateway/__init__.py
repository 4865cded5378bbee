"""API Gateway's WebSocket APIs: authorizers, routes, events, limits and the `@connections` API."""
