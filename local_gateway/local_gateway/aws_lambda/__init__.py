"""AWS Lambda: synchronous and asynchronous invocations, concurrency, and the processes of each function."""
