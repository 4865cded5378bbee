"""A layer in the folder structure of Lambda."""


def polite(greeting, text):
    """Put the greeting before the text."""
    return f"{greeting} {text}".strip()
