"""Requests about what the user has used."""

from threadcast_client.protocol.generated_types import UsagePayload
from threadcast_client.requests.answers import Requests

__all__ = ["UsageRequests"]


class UsageRequests(Requests):
    """The user's usage."""

    async def get(self) -> UsagePayload:
        """Return what the user has used in this month, in UTC, and what is left of the budget."""
        usage: UsagePayload = await self._payload("/usage/get", {})
        return usage
