"""Rate limit and concurrent turns of a user, and the errors beyond them."""

from tests.e2e.invariants import Frame, violations
from tests.e2e.local_stack import Person, Stack, sample
from tests.e2e.long_turns import begin_long_turn, long_turn, stop
from threadcast.domain.access import Role

WORK = sample("work_and_power").asset


async def test_a_user_beyond_the_rate_limit_is_refused_with_a_retry_time(stack: Stack, alice: Person) -> None:
    bob = stack.new_person("Bob")
    terminals: list[Frame] = []

    async with alice.connect() as connection, bob.connect() as other:
        while not terminals or terminals[-1]["error"] is None:
            turn = await connection.post(asset_id=WORK.id, asset_type="dashboard_file")
            terminals.append((await turn.all_frames())[-1])
        others = await (await other.post(asset_id=WORK.id, asset_type="dashboard_file")).all_frames()

    refused = terminals[-1]["error"]
    assert len(terminals) > 5
    assert refused["code"] == "TOO_MANY_REQUESTS"
    assert refused["message"] == "You are asking faster than allowed; please wait a moment"
    assert 0 < refused["retry_after_s"] <= 3
    assert violations(others) == []


async def test_a_fourth_concurrent_turn_is_refused_until_one_ends(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection:
        running = [await begin_long_turn(connection) for _ in range(3)]
        for turn in running:
            await anext(turn)
        refused = await (await connection.post("Hello?")).all_frames()
        await stop(connection, running[0])
        await running[0].all_frames()
        admitted = await (await connection.post("Hello?")).all_frames()
        for turn in running[1:]:
            await stop(connection, turn)
        endings = [await turn.all_frames() for turn in running]

    assert [violations(frames) for frames in (*endings, admitted)] == [[]] * 4
    assert refused[-1]["error"]["code"] == "TOO_MANY_REQUESTS"
    assert refused[-1]["error"]["message"].startswith("You already have 3 answers under way")
    assert refused[-1]["error"]["retry_after_s"] >= 1


async def test_one_turn_of_a_chat_runs_at_a_time_for_all_users(slow_stack: Stack, slow_alice: Person) -> None:
    bob = slow_stack.new_person("Bob")

    async with slow_alice.connect() as connection, bob.connect() as bobs_connection:
        turn = await long_turn(connection)
        slow_stack.share(turn.chat_id or "", bob.principal, Role.CAN_EDIT)
        refused = [
            (await (await each.post("Why?", chat_id=turn.chat_id)).all_frames())[-1]
            for each in (connection, bobs_connection)
        ]
        await stop(bobs_connection, turn)
        frames = await turn.all_frames()

    conflict = {
        "code": "CONFLICT",
        "message": "Another message of this chat is still being answered",
        "chat_id": turn.chat_id,
    }
    assert [frame["error"] for frame in refused] == [conflict, conflict]
    assert violations(frames) == []


async def test_the_rate_limit_takes_precedence_over_a_conflict(slow_alice: Person) -> None:
    async with slow_alice.connect() as connection:
        turn = await long_turn(connection)
        codes = ["CONFLICT"]
        while codes[-1] == "CONFLICT":
            await connection.post(asset_id=WORK.id, asset_type="dashboard_file")
            refused = await (await connection.post("Why?", chat_id=turn.chat_id)).all_frames()
            codes.append(refused[-1]["error"]["code"])
        stopped = await stop(connection, turn)
        frames = await turn.all_frames()

    assert (codes[-1], stopped) == ("TOO_MANY_REQUESTS", True)
    assert violations(frames) == []
