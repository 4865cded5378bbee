"""Parse the payload of a message about chats into a request; a refusal names the first fault."""

from typing import Annotated, Any, Final, get_args

from pydantic import BeforeValidator, ConfigDict, RootModel, ValidationInfo

from threadcast.domain.message import Rating
from threadcast.domain.text import MAX_TITLE_CHARACTERS, clean
from threadcast.errors import BadRequest
from threadcast.protocol.paging import PageFields, page_request
from threadcast.protocol.payload_fields import Id, Payload, checked, fault, required
from threadcast.protocol.types.value_types import (
    MAX_COMMENT_CHARACTERS,
    MAX_DELETED_CHATS,
    MAX_QUERY_CHARACTERS,
)
from threadcast.turns.chats.commands import (
    DeleteRequest,
    DuplicateRequest,
    FeedbackRequest,
    ListRequest,
    SearchRequest,
    UnsubscribeRequest,
    UpdateRequest,
)

__all__ = [
    "parse_delete",
    "parse_duplicate",
    "parse_feedback",
    "parse_list",
    "parse_search",
    "parse_unsubscribe",
    "parse_update",
]

_RATINGS: Final = get_args(Rating)


def _text(max_characters: int) -> BeforeValidator:
    """Return a validator of a text that is cleaned and stripped; a blank one counts as absent."""

    def check(value: Any, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise fault("shape", f"{info.field_name} must be a string or null")
        if len(value) > max_characters:
            raise fault("shape", f"{info.field_name} must have at most {max_characters:,} characters")
        return clean(value).strip() or None

    return BeforeValidator(check)


def _title(value: Any, info: ValidationInfo) -> str | None:
    """Return a title in one line."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise fault("shape", f"{info.field_name} must be a string or null")
    title = " ".join(clean(value).split())
    if not 0 < len(title) <= MAX_TITLE_CHARACTERS:
        raise fault("shape", f"title must have 1 to {MAX_TITLE_CHARACTERS} characters")
    return title


def _flag(value: Any, info: ValidationInfo) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise fault("shape", f"{info.field_name} must be true, false or null")


def _rating(value: Any) -> Rating | None:
    if value is not None and value not in _RATINGS:
        raise fault("identifier", f"feedback must be one of: {', '.join(_RATINGS)}, or null")
    rating: Rating | None = value
    return rating


def _chat_ids(value: Any) -> Any:
    if not 0 < len(value) <= MAX_DELETED_CHATS:
        raise fault("shape", f"payload must list 1 to {MAX_DELETED_CHATS} chats")
    if not all(isinstance(each, dict) for each in value):
        raise fault("shape", "payload must be a list of objects")
    return value


_Flag = Annotated[bool | None, BeforeValidator(_flag)]


class _ListFields(PageFields):
    admin_view: Any = None


class _UpdateFields(Payload):
    id: Id = None
    title: Annotated[str | None, BeforeValidator(_title)] = None
    is_favorited: _Flag = None


class _ChatFields(Payload):
    id: Id = None


class _DeleteFields(RootModel[Annotated[list[_ChatFields], BeforeValidator(_chat_ids)]]):
    model_config = ConfigDict(defer_build=True)


class _DuplicateFields(Payload):
    id: Id = None
    message_id: Id = None


class _SearchFields(PageFields):
    query: Annotated[str | None, _text(MAX_QUERY_CHARACTERS)] = None
    prompt: Annotated[str | None, _text(MAX_QUERY_CHARACTERS)] = None


class _FeedbackFields(Payload):
    id: Id = None
    chat_id: Id = None
    feedback: Annotated[Any, BeforeValidator(_rating)] = None
    comment: Annotated[str | None, _text(MAX_COMMENT_CHARACTERS)] = None


def parse_list(payload: Any) -> ListRequest:
    """Return the request for a page of chats; raises `BadRequest`."""
    return ListRequest(page_request(checked(_ListFields, payload)))


def parse_update(payload: Any) -> UpdateRequest:
    """Return the request to change a chat; raises `BadRequest`."""
    fields = checked(_UpdateFields, payload)
    request = UpdateRequest(required(fields.id, "id"), fields.title, fields.is_favorited)
    if request.title is None and request.is_favorited is None:
        raise BadRequest("title or is_favorited must be provided")
    return request


def parse_delete(payload: Any) -> DeleteRequest:
    """Return the request to delete chats; raises `BadRequest`."""
    ids = [required(each.id, "id") for each in checked(_DeleteFields, payload).root]
    return DeleteRequest(tuple(dict.fromkeys(ids)))


def parse_duplicate(payload: Any) -> DuplicateRequest:
    """Return the request to copy a chat; raises `BadRequest`."""
    fields = checked(_DuplicateFields, payload)
    return DuplicateRequest(required(fields.id, "id"), fields.message_id)


def parse_unsubscribe(payload: Any) -> UnsubscribeRequest:
    """Return the request for no more turns of others; raises `BadRequest`."""
    return UnsubscribeRequest(required(checked(_ChatFields, payload).id, "id"))


def parse_search(payload: Any) -> SearchRequest:
    """Return the request to search; raises `BadRequest`. Where both are given, `query` takes precedence."""
    fields = checked(_SearchFields, payload)
    return SearchRequest(required(fields.query or fields.prompt, "query"), page_request(fields))


def parse_feedback(payload: Any) -> FeedbackRequest:
    """Return the request to rate an answer; raises `BadRequest`."""
    fields = checked(_FeedbackFields, payload)
    chat_id, message_id = required(fields.chat_id, "chat_id"), required(fields.id, "id")
    if "feedback" not in fields.model_fields_set:
        raise BadRequest("feedback must be provided; null takes it back")
    if fields.comment is not None and fields.feedback is None:
        raise BadRequest("comment must come with feedback")
    return FeedbackRequest(chat_id, message_id, fields.feedback, fields.comment)
