"""`make invoke`: runs one sample event through its function, with what the event refers to stored."""
