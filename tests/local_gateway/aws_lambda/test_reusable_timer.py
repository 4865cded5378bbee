"""A time limit that is mostly cleared before it passes."""

import asyncio

from local_gateway.aws_lambda.execution.reusable_timer import ReusableTimer

SOON_S = 0.05


async def passing() -> tuple[ReusableTimer, "asyncio.Queue[float]"]:
    passed: asyncio.Queue[float] = asyncio.Queue()
    return ReusableTimer(passed.put_nowait), passed


async def quiet(passed: "asyncio.Queue[float]") -> bool:
    await asyncio.sleep(3 * SOON_S)
    return passed.empty()


def test_a_timeout_expires_once() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)

        assert await passed.get() == SOON_S
        assert await quiet(passed)

    asyncio.run(run())


def test_a_cleared_timeout_does_not_expire_and_the_next_one_does() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)
        deadline.clear()

        assert await quiet(passed)
        deadline.set(2 * SOON_S)
        assert await passed.get() == 2 * SOON_S

    asyncio.run(run())


def test_setting_the_timer_again_restarts_the_timeout() -> None:
    async def run() -> None:
        deadline, passed = await passing()
        loop = asyncio.get_running_loop()

        deadline.set(SOON_S)
        began = loop.time()
        deadline.set(4 * SOON_S)

        assert await passed.get() == 4 * SOON_S
        assert loop.time() - began >= 4 * SOON_S - 0.01

    asyncio.run(run())


def test_a_shorter_timeout_does_not_wait_for_a_longer_timeouts_handle() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(600)
        deadline.clear()
        deadline.set(SOON_S)

        assert await asyncio.wait_for(passed.get(), 30) == SOON_S

    asyncio.run(run())


def test_a_closed_timer_does_not_expire() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)
        deadline.close()

        assert await quiet(passed)

    asyncio.run(run())
