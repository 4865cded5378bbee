"""API Gateway's management API."""
