"""Parse the payload of a request to share a chat; a refusal names the first fault."""

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator

from threadcast.domain.access import Role
from threadcast.domain.text import clean
from threadcast.errors import BadRequest
from threadcast.protocol.payload_fields import Id, Payload, checked, fault, required
from threadcast.protocol.types.value_types import MAX_EMAIL_CHARACTERS, MAX_SHARED_USERS
from threadcast.turns.chats.commands import ShareRequest

__all__ = ["parse_share"]

_Workspace = Literal["none", "can_view", "can_edit", "full_access"]
_GRANTABLE: Final = tuple(
    role.value for role in (Role.FULL_ACCESS, Role.CAN_EDIT, Role.CAN_FILTER, Role.CAN_VIEW)
)
_NOT_PUBLIC: Final = "publicly_accessible cannot be true: chats cannot be read without an account yet"


def _email(value: Any, name: str) -> str:
    """Return an address as it was given, without blanks around it."""
    email = value.strip() if isinstance(value, str) else ""
    if not 0 < len(email) <= MAX_EMAIL_CHARACTERS or clean(email) != email:
        raise fault("shape", f"{name} must have e-mail addresses of 1 to {MAX_EMAIL_CHARACTERS} characters")
    return email


def _listed(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_SHARED_USERS:
        raise fault("shape", f"{name} must be a list of at most {MAX_SHARED_USERS}, or null")
    return value


def _users(value: Any) -> tuple[tuple[str, Role], ...]:
    granted = []
    for each in [] if value is None else _listed(value, "users"):
        if not isinstance(each, dict):
            raise fault("shape", "users must be a list of objects")
        email, role = _email(each.get("email"), "users"), each.get("role")
        if role not in _GRANTABLE:
            raise fault("identifier", f"role must be one of: {', '.join(_GRANTABLE)}")
        granted.append((email, Role(role)))
    return tuple(granted)


def _removed(value: Any) -> tuple[str, ...]:
    return tuple(_email(each, "remove") for each in ([] if value is None else _listed(value, "remove")))


def _workspace(value: Any) -> Role | Literal["none"] | None:
    if value is not None and value not in get_args(_Workspace):
        raise fault("identifier", f"workspace_sharing must be one of: {', '.join(get_args(_Workspace))}")
    return value if value in (None, "none") else Role(value)


class _ShareFields(Payload):
    id: Id = None
    users: Annotated[Any, BeforeValidator(_users)] = ()
    remove: Annotated[Any, BeforeValidator(_removed)] = ()
    workspace_sharing: Annotated[Any, BeforeValidator(_workspace)] = None
    publicly_accessible: Any = None
    public_expiry_date: Any = None


def parse_share(payload: Any) -> ShareRequest:
    """Return the request to share a chat; raises `BadRequest`. The expiry of public access is ignored."""
    fields = checked(_ShareFields, payload)
    chat_id = required(fields.id, "id")
    if fields.publicly_accessible not in (None, False):
        raise BadRequest(_NOT_PUBLIC)
    request = ShareRequest(chat_id, fields.users, fields.remove, fields.workspace_sharing)
    if request == ShareRequest(chat_id):
        raise BadRequest("users, remove or workspace_sharing must be provided")
    granted = {email.casefold() for email, _ in request.users}
    if granted & {email.casefold() for email in request.removed}:
        raise BadRequest("users and remove cannot name the same address")
    return request
