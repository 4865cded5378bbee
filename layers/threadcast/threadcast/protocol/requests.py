"""Parse the payload of a message about turns into a request; a refusal names the first fault."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from threadcast.assets.kinds import startable_kind, startable_types, type_named
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.text import clean
from threadcast.errors import BadRequest
from threadcast.protocol.payload_fields import Id, Payload, checked, fault, required
from threadcast.protocol.types.value_types import MAX_PROMPT_CHARACTERS
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest

__all__ = ["parse_get", "parse_post", "parse_stop"]


def _prompt(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        raise fault("shape", "prompt must be a string or null")
    if len(value) > MAX_PROMPT_CHARACTERS:
        raise fault("shape", f"prompt must have at most {MAX_PROMPT_CHARACTERS:,} characters")
    text = clean(value)
    return text if text.strip() else None


def _asset_type(value: Any) -> AssetType | None:
    if value is None:
        return None
    known = type_named(value) if isinstance(value, str) else None
    if known is None:
        raise fault("identifier", f"asset_type must be one of: {', '.join(startable_types())}")
    return known


class _PostPayload(Payload):
    prompt: Annotated[str | None, BeforeValidator(_prompt)] = None
    chat_id: Id = None
    message_id: Id = None
    asset_id: Id = None
    asset_type: Annotated[AssetType | None, BeforeValidator(_asset_type)] = None
    metric_id: Id = None
    dashboard_id: Id = None


class _ChatPayload(Payload):
    id: Id = None
    message_id: Id = None


def parse_post(payload: Mapping[str, Any]) -> PostRequest:
    """Return the request for a turn; raises `BadRequest`."""
    fields = checked(_PostPayload, payload)
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
    fields = checked(_ChatPayload, payload)
    return StopRequest(required(fields.id, "id"), required(fields.message_id, "message_id"))


def parse_get(payload: Mapping[str, Any]) -> GetRequest:
    """Return the request for a chat; raises `BadRequest`."""
    return GetRequest(required(checked(_ChatPayload, payload).id, "id"))


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
