"""The model's input: system prompt, asset and history. The same task always gives the same text."""
