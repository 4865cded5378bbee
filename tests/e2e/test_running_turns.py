"""During a turn: connections join and drop, users stop, repeat and replace requests."""

import asyncio

from tests.e2e.invariants import answer_of, frames_of, violations
from tests.e2e.local_stack import Person, Stack
from tests.e2e.long_turns import long_turn, stop

TWO_SECONDS_TIMEOUT_S = 60
"""For what the contract promises within 2 s, on a busy machine."""
POLL_INTERVAL_S = 0.1


async def test_a_connection_that_joins_mid_stream_receives_a_snapshot_first(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection:
        turn = await long_turn(connection)
        async with slow_alice.connect() as joining:
            first = await joining.frame(lambda _: True, timeout_s=TWO_SECONDS_TIMEOUT_S)
            late = await frames_of(joining, turn.request_id)
        frames = await turn.all_frames()

    assert violations(frames) == violations(late) == []
    assert [
        violation for violation in violations(late, legacy_client=True) if ".reasoning_" not in violation
    ] == []
    assert first["event"] == "initializeChat"
    assert answer_of(first["payload"])
    assert late[-1] == frames[-1]


async def test_a_dropped_connection_that_resumes_receives_the_answer(
    slow_stack: Stack, slow_alice: Person
) -> None:
    async with slow_alice.connect() as connection:
        turn = await long_turn(connection)
        await connection.drop()
        await connection.resume(turn)
        frames = await turn.all_frames()
        stored = await connection.get(turn.chat_id or "")

    late = frames[max(index for index, frame in enumerate(frames) if frame["event"] == "initializeChat") :]
    assert violations(frames) == violations(late) == []
    assert stored == frames[-1]["payload"]


async def test_a_turn_continues_without_connections_and_a_get_returns_it(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection:
        turn = await connection.post("Hello?")
        await anext(turn)
    async with slow_alice.connect() as connection:
        chat = await connection.get(turn.chat_id or "")
        while not chat["messages"][turn.message_id]["is_completed"]:
            await asyncio.sleep(POLL_INTERVAL_S)
            chat = await connection.get(turn.chat_id or "")

    assert answer_of(chat)
    assert chat["messages"][turn.message_id]["post_processing_message"] is None


async def test_a_stop_ends_the_turn_and_keeps_the_partial_answer(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection, slow_alice.connect() as other:
        turn = await long_turn(connection)
        stopped = await stop(other, turn)
        frames = await turn.all_frames(TWO_SECONDS_TIMEOUT_S)
        again = await stop(connection, turn)
        stored = await connection.get(turn.chat_id or "")

    message = stored["messages"][turn.message_id]
    assert (stopped, again) == (True, False)
    assert violations(frames) == []
    assert stored == frames[-1]["payload"]
    assert (message["is_completed"], message["post_processing_message"]) == (True, "Stopped")
    assert answer_of(stored)


async def test_a_duplicate_request_during_the_turn_catches_up_and_starts_no_second_run(
    slow_stack: Stack, slow_alice: Person
) -> None:
    runs = slow_stack.invocations("RunTurnFunction")

    async with slow_alice.connect() as connection:
        turn = await long_turn(connection)
        await connection.request(turn.route, turn.payload, request_id=turn.request_id)
        frames = await turn.all_frames()
        chat = await connection.get(turn.chat_id or "")

    initial_chats = [index for index, frame in enumerate(frames) if frame["event"] == "initializeChat"]
    assert violations(frames) == violations(frames[initial_chats[-1] :]) == []
    assert len(initial_chats) == 2
    assert chat["message_ids"] == [turn.message_id]
    assert slow_stack.invocations("RunTurnFunction") == runs + 1


async def test_a_duplicate_request_after_the_end_replays_the_turn(stack: Stack, alice: Person) -> None:
    runs, posts = stack.invocations("RunTurnFunction"), []

    async with alice.connect() as connection:
        for _ in range(2):
            turn = await connection.post("Hello?", request_id="the same")
            posts.append(await turn.all_frames())

    first, second = posts
    assert violations(first) == violations(second) == []
    assert [frame["event"] for frame in second] == ["initializeChat", "complete"]
    assert second[-1] == first[-1]
    assert stack.invocations("RunTurnFunction") == runs + 1


async def test_two_simultaneous_posts_of_one_request_run_once(stack: Stack, alice: Person) -> None:
    async with alice.connect() as connection, alice.connect() as other:
        turns = await asyncio.gather(
            connection.post("Hello?", request_id="same"), other.post("Hello?", request_id="same")
        )
        received = [await turn.all_frames() for turn in turns]

    assert [violations(frames) for frames in received] == [[], []]
    assert received[0][-1] == received[1][-1]
    assert received[0][-1]["payload"]["message_ids"] == [turns[0].message_id]
    assert stack.turns_run(turns[0].message_id or "") <= 1  # the log line may not have arrived yet


async def test_a_replacement_ends_the_running_turn_before_it_begins(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection:
        former = await long_turn(connection)
        turn = await connection.post("Hello?", chat_id=former.chat_id, message_id=former.message_id)
        frames, ended = await turn.all_frames(), await former.all_frames()
        received = connection.frames

    assert violations(frames) == violations(ended) == []
    assert received.index(ended[-1]) < received.index(frames[0])
    assert frames[0]["payload"]["message_ids"] == [turn.message_id]
    assert frames[-1]["payload"]["message_ids"] == [turn.message_id]
