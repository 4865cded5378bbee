"""The message while it is made: an agent's events in, a turn's events out."""
