"""The WebSocket protocol (RFC 6455) on asyncio: handshakes, frames, open connections."""
