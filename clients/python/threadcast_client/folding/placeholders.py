"""Empty chats and messages, for a client that receives a turn without its `initializeChat`."""

from typing import Any

__all__ = ["placeholder_chat", "placeholder_message"]


def placeholder_chat(chat_id: str) -> dict[str, Any]:
    """Return a chat with every key of the wire contract; only the id is known."""
    return {
        "id": chat_id,
        "title": "",
        "is_favorited": False,
        "message_ids": [],
        "messages": {},
        "created_at": "",
        "updated_at": "",
        "created_by": "",
        "created_by_id": "",
        "created_by_name": None,
        "created_by_avatar": None,
        "individual_permissions": None,
        "publicly_accessible": False,
        "public_expiry_date": None,
        "public_enabled_by": None,
        "public_password": None,
        "permission": None,
        "workspace_sharing": None,
        "workspace_sharing_enabled_by": None,
        "workspace_sharing_enabled_at": None,
        "workspace_member_count": None,
        "feedback": None,
    }


def placeholder_message(message_id: str) -> dict[str, Any]:
    """Return a message with every key of the wire contract; only the id is known."""
    return {
        "id": message_id,
        "request_message": None,
        "response_message_ids": [],
        "response_messages": {},
        "reasoning_message_ids": [],
        "reasoning_messages": {},
        "created_at": "",
        "updated_at": "",
        "final_reasoning_message": None,
        "feedback": None,
        "is_completed": False,
        "post_processing_message": None,
    }
