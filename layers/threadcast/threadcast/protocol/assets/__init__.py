"""Requests and payloads about assets and usage."""
