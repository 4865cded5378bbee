"""Threadcast: a chat endpoint over WebSocket that streams answers about a team's own assets."""
