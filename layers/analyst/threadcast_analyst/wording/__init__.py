"""Words a result: one sentence or one list, by its shape."""
