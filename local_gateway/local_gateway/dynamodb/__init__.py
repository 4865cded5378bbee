"""The DynamoDB emulator (moto's server in a child process) and the creation of a template's tables."""
