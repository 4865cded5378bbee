"""Definitions and rows read from files, checked before anything is stored."""
