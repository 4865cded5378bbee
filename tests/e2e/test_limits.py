"""How often and how much at once a user may ask, and what they are told beyond it."""

from tests.e2e.invariants import violations
from tests.e2e.local_stack import Person, Stack, sample
from tests.e2e.long_turns import begin_long_turn, long_turn, stop
from threadcast.domain.access import Role

WORK = sample("work_and_power").asset


async def test_a_user_who_asks_too_fast_is_told_when_to_ask_again(stack: Stack, alice: Person) -> None:
    bob, told = stack.new_person("Bob"), []

    async with alice.connect() as tab, bob.connect() as other:
        while not told or told[-1]["error"] is None:
            turn = await tab.post(asset_id=WORK.id, asset_type="dashboard_file")
            told.append((await turn.all_frames())[-1])
        others = await (await other.post(asset_id=WORK.id, asset_type="dashboard_file")).all_frames()

    refused = told[-1]["error"]
    assert len(told) > 5
    assert refused["code"] == "TOO_MANY_REQUESTS"
    assert refused["message"] == "You are asking faster than allowed; please wait a moment"
    assert 0 < refused["retry_after_s"] <= 3
    assert violations(others) == []


async def test_a_fourth_turn_at_once_is_refused_until_one_of_them_is_over(patient: Person) -> None:
    async with patient.connect() as tab:
        running = [await begin_long_turn(tab) for _ in range(3)]
        for turn in running:
            await anext(turn)
        refused = await (await tab.post("Hello?")).all_frames()
        await stop(tab, running[0])
        await running[0].all_frames()
        admitted = await (await tab.post("Hello?")).all_frames()
        for turn in running[1:]:
            await stop(tab, turn)
        endings = [await turn.all_frames() for turn in running]

    assert [violations(frames) for frames in (*endings, admitted)] == [[]] * 4
    assert refused[-1]["error"]["code"] == "TOO_MANY_REQUESTS"
    assert refused[-1]["error"]["message"].startswith("You already have 3 answers under way")
    assert refused[-1]["error"]["retry_after_s"] >= 1


async def test_one_turn_of_a_chat_runs_at_a_time_whoever_asks(slow_stack: Stack, patient: Person) -> None:
    bob = slow_stack.new_person("Bob")

    async with patient.connect() as tab, bob.connect() as bobs:
        turn = await long_turn(tab)
        slow_stack.share(turn.chat_id or "", bob.principal, Role.CAN_EDIT)
        refused = [
            (await (await each.post("Why?", chat_id=turn.chat_id)).all_frames())[-1] for each in (tab, bobs)
        ]
        await stop(bobs, turn)
        frames = await turn.all_frames()

    conflict = {
        "code": "CONFLICT",
        "message": "Another message of this chat is still being answered",
        "chat_id": turn.chat_id,
    }
    assert [frame["error"] for frame in refused] == [conflict, conflict]
    assert violations(frames) == []


async def test_the_rate_is_told_before_a_conflict(patient: Person) -> None:
    async with patient.connect() as tab:
        turn = await long_turn(tab)
        codes = ["CONFLICT"]
        while codes[-1] == "CONFLICT":
            await (await tab.post(asset_id=WORK.id, asset_type="dashboard_file")).all_frames()
            refused = await (await tab.post("Why?", chat_id=turn.chat_id)).all_frames()
            codes.append(refused[-1]["error"]["code"])
        stopped = await stop(tab, turn)
        frames = await turn.all_frames()

    assert (codes[-1], stopped) == ("TOO_MANY_REQUESTS", True)
    assert violations(frames) == []
