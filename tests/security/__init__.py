"""Attacks: each test is named in docs/security.md."""
