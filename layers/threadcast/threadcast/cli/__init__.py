"""What an operator can do from a terminal: the command `threadcast`."""
