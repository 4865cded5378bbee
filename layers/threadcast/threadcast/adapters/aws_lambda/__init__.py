"""Lambda's Invoke API."""
