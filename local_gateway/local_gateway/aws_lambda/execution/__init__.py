"""Execution environments: one process of a function and the Runtime API that it polls."""
