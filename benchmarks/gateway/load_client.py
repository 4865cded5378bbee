"""The load generator, in its own process: it does not share an interpreter with the gateway.

    python load_client.py echoes URL CONNECTIONS SECONDS     echoes per second and latency
    python load_client.py idle URL CONNECTIONS               opens connections until its input closes
    python load_client.py flood URL FRAMES                   frames per second posted by one handler
    python load_client.py second URL                         latency of a message while another one runs

Prints one JSON object.
"""

import asyncio
import json
import sys
import time

import aiohttp
from echo_client import echoes

try:
    import uvloop as loops
except ImportError:
    loops = asyncio


async def idle(url: str, connections: int) -> None:
    """Open many connections and hold them."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        began = time.perf_counter()
        gate = asyncio.Semaphore(50)

        async def connect() -> aiohttp.ClientWebSocketResponse:
            async with gate:
                return await session.ws_connect(url, compress=0)

        sockets = await asyncio.gather(*(connect() for _ in range(connections)))
        took = time.perf_counter() - began
        print(json.dumps({"open": len(sockets), "opened_in_s": round(took, 1)}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def flood(url: str, frames: int) -> dict[str, float]:
    """Measure the frames that one handler posts."""
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=0) as socket:
        for _ in range(2):  # the first call imports boto3
            await socket.send_str(json.dumps({"action": "flood", "frames": frames}))
            await socket.receive_str()
            began = time.perf_counter()
            for _ in range(frames - 1):
                await socket.receive_str()
            took = time.perf_counter() - began
    return {"frames_per_s": round((frames - 1) / took)}


async def second(url: str) -> dict[str, float]:
    """Measure a message that is sent while the connection's first one runs."""
    latencies = []
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=0) as socket:
        for _ in range(20):
            await socket.send_str(json.dumps({"sleep_s": 0.3}))
            await asyncio.sleep(0.05)
            began = time.perf_counter()
            await socket.send_str("now")
            await socket.receive_str()
            latencies.append(time.perf_counter() - began)
            await socket.receive_str()
    return {"first_ms": round(latencies[0] * 1000, 1), "median_ms": round(sorted(latencies)[10] * 1000, 2)}


if __name__ == "__main__":
    kind, url, *numbers = sys.argv[1:]
    work = {"echoes": echoes, "idle": idle, "flood": flood, "second": second}[kind]
    result = loops.run(work(url, *map(int, numbers)))
    if result is not None:
        print(json.dumps(result))
