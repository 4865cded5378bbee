"""What is done with chats outside their turns, in memory."""
