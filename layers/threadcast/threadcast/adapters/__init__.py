"""The world outside, each part behind a port: DynamoDB, API Gateway, Lambda, tokens, agents."""
