"""The ports of what is done with chats outside their turns: lists, changes, sharing, erasure."""
