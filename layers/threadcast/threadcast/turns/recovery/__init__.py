"""Turns without a runner, and requests that came twice."""
