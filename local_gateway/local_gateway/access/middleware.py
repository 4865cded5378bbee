"""The access rule for aiohttp's server."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local_gateway.access.access_rule import AccessRule, Refusal

__all__ = ["refuse_foreign_requests"]

_log = logging.getLogger(__name__)

_HINT = " --allow-origin ORIGIN allows one."


def refuse_foreign_requests(access: AccessRule) -> Middleware:
    """Return a middleware that answers 403 to the requests that the rule refuses, and logs them.

    A browser does not show a page why its request failed, so the log is where its developer finds the reason.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = access.refusal(request.raw_path, request.headers.items())
        if refusal is None:
            return await handler(request)
        _log.warning(
            "refused a request with Host %r and Origin %r: %s%s",
            request.headers.get("Host"),
            request.headers.get("Origin"),
            refusal,
            _HINT if refusal is Refusal.FOREIGN_PAGE else "",
        )
        return web.json_response({"message": refusal}, status=403)

    return check
