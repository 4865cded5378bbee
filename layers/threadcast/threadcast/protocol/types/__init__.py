"""The types of requests and frames, from which the JSON Schema and the clients' types are made."""
