"""Checks of single fields of a payload; a refusal names the first fault.

The order of faults is shape, identifiers, combination. Pydantic checks the fields, so its errors come first;
among these, shape comes before identifiers.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from threadcast.errors import BadRequest

__all__ = ["Id", "Payload", "checked", "fault", "required"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Rank = Literal["shape", "identifier"]
_ORDER: tuple[Rank, ...] = ("shape", "identifier")


class Payload(BaseModel):
    """Builds its validator with the first message of its route, so that a cold start pays for one."""

    model_config = ConfigDict(defer_build=True)


Model = TypeVar("Model", bound=Payload)


def checked(model: type[Model], payload: Mapping[str, Any]) -> Model:
    """Return the fields of a payload; raises `BadRequest` with the first fault."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=_rank)
        raise BadRequest(first["msg"]) from None


def fault(rank: Rank, message: str) -> PydanticCustomError:
    """Return the error that a field's validator raises."""
    return PydanticCustomError(rank, "{message}", {"message": message})


def required(value: str | None, name: str) -> str:
    """Return a field's value; raises `BadRequest` if it is missing."""
    if value is None:
        raise BadRequest(f"{name} must be provided")
    return value


def _rank(fault_: ErrorDetails) -> int:
    return next((rank for rank, name in enumerate(_ORDER) if name == fault_["type"]), len(_ORDER))


def _uuid(value: Any, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise fault("identifier", f"{info.field_name} must be a UUID")
    return value.lower()


Id = Annotated[str | None, BeforeValidator(_uuid)]
"""A UUID in lower case, or None."""
