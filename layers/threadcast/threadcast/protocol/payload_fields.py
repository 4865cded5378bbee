"""The fields of payloads, as pydantic reads them; a refusal names the first fault.

The order of faults is shape, identifiers, combination. Pydantic checks the fields, so its errors come first;
among these, shape comes before identifiers. What a parser checks after that is a combination.
"""

import re
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from threadcast.errors import BadRequest

__all__ = ["Id", "Model", "Payload", "Rank", "checked", "fault", "required"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Rank = Literal["shape", "identifier"]
_ORDER: Final[tuple[Rank, ...]] = ("shape", "identifier")


class Payload(BaseModel):
    """Builds its validator with the first message of its route, so that a cold start pays for one."""

    model_config = ConfigDict(defer_build=True)


Model = TypeVar("Model", bound=BaseModel)


def _uuid(value: Any, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise fault("identifier", f"{info.field_name or 'id'} must be a UUID")
    return value.lower()


Id = Annotated[str | None, BeforeValidator(_uuid)]


def fault(rank: Rank, message: str) -> PydanticCustomError:
    """Return the error that a validator of a field raises; clients read the message."""
    return PydanticCustomError(rank, "{message}", {"message": message})


def checked(model: type[Model], payload: Any) -> Model:
    """Return the payload's fields; raises `BadRequest` for the first fault."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=_rank)
        raise BadRequest(first["msg"]) from None


def required(value: str | None, name: str) -> str:
    """Return a field that must be given; raises `BadRequest`."""
    if value is None:
        raise BadRequest(f"{name} must be provided")
    return value


def _rank(error: ErrorDetails) -> int:
    return next((rank for rank, name in enumerate(_ORDER) if name == error["type"]), len(_ORDER))
