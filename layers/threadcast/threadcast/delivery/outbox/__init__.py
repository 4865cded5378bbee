"""The state machine of one connection: what is posted next, and when."""
