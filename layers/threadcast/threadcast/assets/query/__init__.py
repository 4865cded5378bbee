"""SQL over an asset's rows, for every agent: SQLite in memory, read-only, with limits."""
