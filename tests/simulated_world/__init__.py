"""A world on simulated time: the real use cases, while stores, posts and processes fail in every way."""
