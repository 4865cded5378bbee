"""The operator's command `threadcast`."""
