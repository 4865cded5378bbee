"""Columns of a metric's rows: their roles, dates and coverage, and the formatting of their values."""
