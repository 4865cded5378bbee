"""SQL over an asset's rows, for every agent: an in-memory SQLite database, read-only, with limits."""
