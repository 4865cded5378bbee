"""Which properties of a template the gateway honours, and what differs for the others."""
