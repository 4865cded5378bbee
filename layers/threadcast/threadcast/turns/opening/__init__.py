"""Opening a turn: all checks, then one transaction, then the start of its runner."""
