"""The life of a turn: admitted, opened, run, decided, told; and closed by others where its runner died."""
