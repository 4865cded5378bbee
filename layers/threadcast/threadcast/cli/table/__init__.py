"""Where the stack's table is, and the stores in it."""
