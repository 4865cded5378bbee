"""What happens while a turn runs: newcomers, losses, stops, resends, replacements."""

import asyncio

from tests.e2e.invariants import answer_of, heard_of, violations
from tests.e2e.local_stack import Person, Stack
from tests.e2e.long_turns import long_turn, stop

TWO_SECONDS_AND_A_BUSY_MACHINE_S = 4
LOOK_AGAIN_S = 0.1


async def test_a_tab_that_opens_meanwhile_is_caught_up_soon_and_hears_the_rest(patient: Person) -> None:
    async with patient.connect() as tab:
        turn = await long_turn(tab)
        async with patient.connect() as newcomer:
            first = await newcomer.frame(lambda _: True, timeout_s=TWO_SECONDS_AND_A_BUSY_MACHINE_S)
            late = await heard_of(newcomer, turn.request_id)
        frames = await turn.all_frames()

    assert violations(frames) == violations(late) == []
    assert [fault for fault in violations(late, legacy_tab=True) if ".reasoning_" not in fault] == []
    assert first["event"] == "initializeChat"
    assert answer_of(first["payload"])
    assert late[-1] == frames[-1]


async def test_an_asker_who_is_gone_finds_the_answer_on_returning(slow_stack: Stack, patient: Person) -> None:
    async with patient.connect() as tab:
        turn = await long_turn(tab)
        await tab.drop()
        await tab.resume(turn)
        frames = await turn.all_frames()
        stored = await tab.get(turn.chat_id or "")

    late = frames[max(at for at, frame in enumerate(frames) if frame["event"] == "initializeChat") :]
    assert violations(frames) == violations(late) == []
    assert stored == frames[-1]["payload"]


async def test_a_turn_goes_on_with_nobody_listening_and_is_got_afterwards(patient: Person) -> None:
    async with patient.connect() as tab:
        turn = await tab.post("Hello?")
        await anext(turn)
    async with patient.connect() as tab:
        chat = await tab.get(turn.chat_id or "")
        while not chat["messages"][turn.message_id]["is_completed"]:
            await asyncio.sleep(LOOK_AGAIN_S)
            chat = await tab.get(turn.chat_id or "")

    assert answer_of(chat)
    assert chat["messages"][turn.message_id]["post_processing_message"] is None


async def test_a_stop_ends_the_turn_soon_and_keeps_what_was_said(patient: Person) -> None:
    async with patient.connect() as tab, patient.connect() as other:
        turn = await long_turn(tab)
        stopped = await stop(other, turn)
        frames = await turn.all_frames(TWO_SECONDS_AND_A_BUSY_MACHINE_S)
        again = await stop(tab, turn)
        stored = await tab.get(turn.chat_id or "")

    message = stored["messages"][turn.message_id]
    assert (stopped, again) == (True, False)
    assert violations(frames) == []
    assert stored == frames[-1]["payload"]
    assert (message["is_completed"], message["post_processing_message"]) == (True, "Stopped")
    assert answer_of(stored)


async def test_a_resend_while_the_turn_runs_catches_up_and_runs_nothing_twice(
    slow_stack: Stack, patient: Person
) -> None:
    runs = slow_stack.invocations("RunTurnFunction")

    async with patient.connect() as tab:
        turn = await long_turn(tab)
        await tab.request(turn.route, turn.payload, request_id=turn.request_id)
        frames = await turn.all_frames()
        chat = await tab.get(turn.chat_id or "")

    openings = [at for at, frame in enumerate(frames) if frame["event"] == "initializeChat"]
    assert violations(frames) == violations(frames[openings[-1] :]) == []
    assert len(openings) == 2
    assert chat["message_ids"] == [turn.message_id]
    assert slow_stack.invocations("RunTurnFunction") == runs + 1


async def test_a_resend_after_the_end_is_told_the_same_turn_again(stack: Stack, alice: Person) -> None:
    runs, posts = stack.invocations("RunTurnFunction"), []

    async with alice.connect() as tab:
        for _ in range(2):
            turn = await tab.post("Hello?", request_id="the same")
            posts.append(await turn.all_frames())

    first, second = posts
    assert violations(first) == violations(second) == []
    assert [frame["event"] for frame in second] == ["initializeChat", "complete"]
    assert second[-1] == first[-1]
    assert stack.invocations("RunTurnFunction") == runs + 1


async def test_two_posts_of_one_request_at_the_same_moment_run_once(stack: Stack, alice: Person) -> None:
    async with alice.connect() as tab, alice.connect() as other:
        turns = await asyncio.gather(*(each.post("Hello?", request_id="same") for each in (tab, other)))
        told = [await turn.all_frames() for turn in turns]

    assert [violations(frames) for frames in told] == [[], []]
    assert told[0][-1] == told[1][-1]
    assert told[0][-1]["payload"]["message_ids"] == [turns[0].message_id]
    assert stack.turns_run(turns[0].message_id or "") <= 1  # its line may be on its way


async def test_a_replacement_ends_the_running_turn_before_it_begins(patient: Person) -> None:
    async with patient.connect() as tab:
        former = await long_turn(tab)
        turn = await tab.post("Hello?", chat_id=former.chat_id, message_id=former.message_id)
        frames, ended = await turn.all_frames(), await former.all_frames()
        heard = tab.frames

    assert violations(frames) == violations(ended) == []
    assert heard.index(ended[-1]) < heard.index(frames[0])
    assert frames[0]["payload"]["message_ids"] == [turn.message_id]
    assert frames[-1]["payload"]["message_ids"] == [turn.message_id]
