"""Figures from rows: pure functions, checked in tests against an independent computation."""
