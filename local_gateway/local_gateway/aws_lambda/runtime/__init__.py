"""The code inside a function's process. These modules import nothing of the gateway."""
