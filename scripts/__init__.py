"""Checks of the project's own rules that no linter has; `make check` runs them."""
