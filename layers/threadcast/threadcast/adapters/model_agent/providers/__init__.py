"""Where models come from: one module per kind of endpoint, each with the faults of its SDK."""
