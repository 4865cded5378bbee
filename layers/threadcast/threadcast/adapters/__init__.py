"""Implementations of the ports: DynamoDB, API Gateway, Lambda, JSON Web Tokens, memory, model agents."""
