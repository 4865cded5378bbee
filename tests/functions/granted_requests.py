"""Records the requests to DynamoDB of a function, and checks them against the function's policies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.dynamodb_accesses import Access, accesses_of
from tests.template.policies import is_allowed, statements_of, table_arn

__all__ = ["FUNCTION_ROLES", "granted"]

FUNCTION_ROLES = {
    "authorizer": ["AuthorizerRole"],
    "connect": ["ConnectRole"],
    "disconnect": ["DisconnectRole"],
    # With the setting TURN_STARTER=inline, as in `sam local`, it runs turns too.
    "post_thread": ["PostThreadRole", "RunTurnRole"],
    "run_turn": ["RunTurnRole"],
    "turn_failed": ["TurnFailedRole"],
    "sweep_turns": ["SweepTurnsRole"],
}


@contextmanager
def granted(roles: list[str], monkeypatch: pytest.MonkeyPatch, **parameters: str) -> Iterator[set[Access]]:
    """Record what the block needs of DynamoDB, and fail if the roles' policies do not allow it.

    `parameters` are those of the template.
    """
    needed: set[Access] = set()
    call = BaseClient._make_api_call

    def record(client: Any, operation: str, request: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            needed.update(accesses_of(operation, request, table_arn()))
        return call(client, operation, request)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", record)
        yield needed
    statements = [statement for role in roles for statement in statements_of(role, **parameters)]
    if refused := [access for access in needed if not is_allowed(access, statements)]:
        raise AssertionError(f"{roles} may not: {refused}")
