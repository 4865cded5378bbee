"""The DynamoDB stand-in: moto's server in a process, or any endpoint, with the template's tables."""
