"""The WebSocket protocol: JSON to requests, events to frames, and the JSON Schema of both."""
