"""An HTTP server that answers posts after LATENCY seconds: `python sink.py LATENCY` prints its port."""

import asyncio
import sys

from aiohttp import web


async def serve(latency_s: float) -> None:
    """Serve until killed."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(latency_s)
        return web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)  # noqa: SLF001 - no other way to the port
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
