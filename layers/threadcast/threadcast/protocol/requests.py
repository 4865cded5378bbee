"""Parse the payload of a client's message into a request; a refusal names the first fault.

The order of faults is shape, identifiers, combination. Pydantic checks the fields, so its errors come first;
among these, shape comes before identifiers.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from threadcast.assets.kinds import startable_kind, startable_types, type_named
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.text import clean
from threadcast.errors import BadRequest
from threadcast.protocol.types.value_types import MAX_PROMPT_CHARACTERS
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest

__all__ = ["parse_get", "parse_post", "parse_stop"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Rank = Literal["shape", "identifier"]
_ORDER: tuple[Rank, ...] = ("shape", "identifier")


def _prompt(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _fault("shape", "prompt must be a string or null")
    if len(value) > MAX_PROMPT_CHARACTERS:
        raise _fault("shape", f"prompt must have at most {MAX_PROMPT_CHARACTERS:,} characters")
    text = clean(value)
    return text if text.strip() else None


def _uuid(value: Any, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise _fault("identifier", f"{info.field_name} must be a UUID")
    return value.lower()


def _asset_type(value: Any) -> AssetType | None:
    if value is None:
        return None
    known = type_named(value) if isinstance(value, str) else None
    if known is None:
        raise _fault("identifier", f"asset_type must be one of: {', '.join(startable_types())}")
    return known


def _fault(rank: Rank, message: str) -> PydanticCustomError:
    return PydanticCustomError(rank, "{message}", {"message": message})


Model = TypeVar("Model", bound=BaseModel)
Id = Annotated[str | None, BeforeValidator(_uuid)]


class _Payload(BaseModel):
    """Builds its validator with the first message of its route, so that a cold start pays for one."""

    model_config = ConfigDict(defer_build=True)


class _PostPayload(_Payload):
    prompt: Annotated[str | None, BeforeValidator(_prompt)] = None
    chat_id: Id = None
    message_id: Id = None
    asset_id: Id = None
    asset_type: Annotated[AssetType | None, BeforeValidator(_asset_type)] = None
    metric_id: Id = None
    dashboard_id: Id = None


class _ChatPayload(_Payload):
    id: Id = None
    message_id: Id = None


def parse_post(payload: Mapping[str, Any]) -> PostRequest:
    """Return the request for a turn; raises `BadRequest`."""
    fields = _checked(_PostPayload, payload)
    asset = _asset(fields)
    if fields.chat_id is not None and asset is not None:
        raise BadRequest("chat_id cannot be combined with an asset: a chat has one context")
    if fields.prompt is None and asset is None:
        raise BadRequest("prompt must be provided unless a new chat starts on an asset")
    if asset is not None:
        startable_kind(asset.type)
    return PostRequest(
        prompt=fields.prompt,
        chat_id=fields.chat_id,
        replace_from=fields.message_id if fields.chat_id is not None else None,
        asset=asset,
    )


def parse_stop(payload: Mapping[str, Any]) -> StopRequest:
    """Return the request to stop a turn; raises `BadRequest`."""
    fields = _checked(_ChatPayload, payload)
    return StopRequest(_required(fields.id, "id"), _required(fields.message_id, "message_id"))


def parse_get(payload: Mapping[str, Any]) -> GetRequest:
    """Return the request for a chat; raises `BadRequest`."""
    return GetRequest(_required(_checked(_ChatPayload, payload).id, "id"))


def _checked(model: type[Model], payload: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=_rank)
        raise BadRequest(first["msg"]) from None


def _rank(fault: ErrorDetails) -> int:
    return next((rank for rank, name in enumerate(_ORDER) if name == fault["type"]), len(_ORDER))


def _asset(fields: _PostPayload) -> AssetRef | None:
    if fields.asset_id is not None and fields.asset_type is None:
        raise BadRequest("asset_type must be provided when asset_id is specified")
    if fields.asset_type is not None and fields.asset_id is None:
        raise BadRequest("asset_id must be provided when asset_type is specified")
    if fields.asset_id is not None and fields.asset_type is not None:
        return AssetRef(fields.asset_id, fields.asset_type)
    if fields.metric_id is not None and fields.dashboard_id is not None:
        raise BadRequest("metric_id and dashboard_id cannot be combined: a chat has one context")
    if fields.metric_id is not None:
        return AssetRef(fields.metric_id, AssetType.METRIC_FILE)
    if fields.dashboard_id is not None:
        return AssetRef(fields.dashboard_id, AssetType.DASHBOARD_FILE)
    return None


def _required(value: str | None, name: str) -> str:
    if value is None:
        raise BadRequest(f"{name} must be provided")
    return value
