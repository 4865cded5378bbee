"""Tests of asset types, definitions and files."""
