"""The use cases of the routes about chats: list, update, delete, duplicate, search, feedback."""
