"""The documentation, held to what it says: its commands and its recipes."""
