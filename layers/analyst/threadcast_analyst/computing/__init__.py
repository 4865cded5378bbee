"""Computes a frame by one SQL statement over the table's rows in SQLite."""
