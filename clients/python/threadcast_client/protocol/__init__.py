"""The server's wire contract: every frame as a type, and a checker that compares a received frame with it."""
