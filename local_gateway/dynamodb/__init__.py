"""The DynamoDB stand-in: moto's server in a process of its own, or any endpoint, with the template's tables."""
