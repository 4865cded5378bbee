"""Threadcast on this machine. Each module directly in this package is the command of a make target."""
