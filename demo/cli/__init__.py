"""What the commands share: options, exit codes, and what they print."""
