"""What crosses the WebSocket: requests in, checked by pydantic; frames out, typed for the type checker."""
