"""A timer that is mostly cleared before it expires."""

import asyncio

from local_gateway.aws_lambda.execution.reusable_timer import ReusableTimer

TIMEOUT_S = 0.05


async def new_timer() -> tuple[ReusableTimer, "asyncio.Queue[float]"]:
    expired: asyncio.Queue[float] = asyncio.Queue()
    return ReusableTimer(expired.put_nowait), expired


async def stays_empty(expired: "asyncio.Queue[float]") -> bool:
    await asyncio.sleep(3 * TIMEOUT_S)
    return expired.empty()


def test_a_timeout_expires_once() -> None:
    async def run() -> None:
        timer, expired = await new_timer()

        timer.set(TIMEOUT_S)

        assert await expired.get() == TIMEOUT_S
        assert await stays_empty(expired)

    asyncio.run(run())


def test_a_cleared_timeout_does_not_expire_and_the_next_one_does() -> None:
    async def run() -> None:
        timer, expired = await new_timer()

        timer.set(TIMEOUT_S)
        timer.clear()

        assert await stays_empty(expired)
        timer.set(2 * TIMEOUT_S)
        assert await expired.get() == 2 * TIMEOUT_S

    asyncio.run(run())


def test_setting_the_timer_again_restarts_the_timeout() -> None:
    async def run() -> None:
        timer, expired = await new_timer()
        loop = asyncio.get_running_loop()

        timer.set(TIMEOUT_S)
        began = loop.time()
        timer.set(4 * TIMEOUT_S)

        assert await expired.get() == 4 * TIMEOUT_S
        assert loop.time() - began >= 4 * TIMEOUT_S - 0.01

    asyncio.run(run())


def test_a_shorter_timeout_does_not_wait_for_a_longer_timeouts_handle() -> None:
    async def run() -> None:
        timer, expired = await new_timer()

        timer.set(600)
        timer.clear()
        timer.set(TIMEOUT_S)

        assert await asyncio.wait_for(expired.get(), 30) == TIMEOUT_S

    asyncio.run(run())


def test_a_closed_timer_does_not_expire() -> None:
    async def run() -> None:
        timer, expired = await new_timer()

        timer.set(TIMEOUT_S)
        timer.close()

        assert await stays_empty(expired)

    asyncio.run(run())
