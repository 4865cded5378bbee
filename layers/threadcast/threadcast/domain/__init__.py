"""What Threadcast is about, free of any SDK: users, roles, assets, chats and their messages."""
