"""A layer in the folder structure that Lambda wants."""


def polite(greeting, text):
    """Put the greeting before the text."""
    return f"{greeting} {text}".strip()
