"""Fuzzing: random requests, tokens, events and WebSocket frames, and the invariants that must hold for each.

`make fuzz` runs it for a minute, or for as long as ARGS says. A failure is reduced to a small example.
"""
