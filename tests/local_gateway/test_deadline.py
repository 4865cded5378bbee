"""A time limit that is mostly cleared before it passes."""

import asyncio

from local_gateway.aws_lambda.deadline import LazyDeadline

SOON_S = 0.05


async def passing() -> tuple[LazyDeadline, "asyncio.Queue[float]"]:
    passed: asyncio.Queue[float] = asyncio.Queue()
    return LazyDeadline(passed.put_nowait), passed


async def quiet(passed: "asyncio.Queue[float]") -> bool:
    await asyncio.sleep(3 * SOON_S)
    return passed.empty()


def test_a_limit_that_passes_is_told_once() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)

        assert await passed.get() == SOON_S
        assert await quiet(passed)

    asyncio.run(run())


def test_a_cleared_limit_is_never_told_and_the_next_one_is() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)
        deadline.clear()

        assert await quiet(passed)
        deadline.set(2 * SOON_S)
        assert await passed.get() == 2 * SOON_S

    asyncio.run(run())


def test_a_limit_set_anew_counts_from_then() -> None:
    async def run() -> None:
        deadline, passed = await passing()
        loop = asyncio.get_running_loop()

        deadline.set(SOON_S)
        began = loop.time()
        deadline.set(4 * SOON_S)

        assert await passed.get() == 4 * SOON_S
        assert loop.time() - began >= 4 * SOON_S - 0.01

    asyncio.run(run())


def test_a_shorter_limit_does_not_wait_for_a_longer_ones_timer() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(600)
        deadline.clear()
        deadline.set(SOON_S)

        assert await asyncio.wait_for(passed.get(), 30) == SOON_S

    asyncio.run(run())


def test_a_cancelled_limit_leaves_no_timer() -> None:
    async def run() -> None:
        deadline, passed = await passing()

        deadline.set(SOON_S)
        deadline.cancel()

        assert await quiet(passed)

    asyncio.run(run())
