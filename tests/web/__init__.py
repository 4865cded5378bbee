"""Runs the TypeScript client's tests that need a running stack."""
