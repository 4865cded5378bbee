"""From a question's words to what it asks for."""
