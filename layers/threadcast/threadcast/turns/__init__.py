"""The use cases of turns: opening, running, the message, recovery; and what a client may ask for."""
