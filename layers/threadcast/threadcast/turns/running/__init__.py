"""Running a claimed turn: the agent, the lease, the stop, the outcome."""
