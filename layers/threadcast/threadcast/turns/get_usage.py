"""Answers a request for what the user has used in this month."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.ports import ConnectionStore
from threadcast.turns.budgets import Budgets, UsageReport
from threadcast.turns.request_context import RequestContext

__all__ = ["GetUsage", "GetUsageRequest"]


@dataclass(frozen=True, slots=True)
class GetUsageRequest:
    """A request for the user's usage in the present month."""


class GetUsage:
    """The use case of `/usage/get`."""

    def __init__(self, connections: ConnectionStore, budgets: Budgets) -> None:
        self._connections = connections
        self._budgets = budgets

    def serve(self, _: GetUsageRequest, context: RequestContext) -> Iterator[UsageReport]:
        """Yield the usage, from what was read when the message was admitted."""
        presence = context.presence or self._connections.presence(context.user.id)
        yield self._budgets.report(presence.spending)
