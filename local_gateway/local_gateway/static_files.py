"""Serves a folder of static files beside the WebSocket API, as a web server or CloudFront does on AWS."""

from pathlib import Path
from typing import Final

from aiohttp import web

__all__ = ["StaticFiles"]

_INDEX: Final = "index.html"
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class StaticFiles:
    """The files of one folder; `/` is its `index.html`. Files may be added and changed at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def add_to(self, app: web.Application) -> None:
        """Serve every path that no route added before serves."""
        app.router.add_get("/{path:.*}", self._get)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        """Return a file of the folder, not one that a symbolic link or `..` leads to elsewhere."""
        file = (self._folder / (request.match_info["path"] or _INDEX)).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=_HEADERS)
