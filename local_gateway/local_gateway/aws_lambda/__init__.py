"""AWS Lambda on one machine: real function processes, the Runtime API, the Invoke API."""
