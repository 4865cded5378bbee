"""A turn whose runner is killed, or cannot start, ends in one error frame and keeps its checkpoint."""

from concurrent.futures import Future

from tests.e2e.invariants import answer_of, events, violations
from tests.e2e.killed_runners import TIMEOUT_S, KilledTurns
from tests.e2e.local_stack import running_stack
from threadcast_client import agrees_with, fold_stream, is_terminal

APOLOGY = "Something went wrong on our side. Please try again."


def test_every_connection_of_a_killed_turn_receives_one_error(killed_turns: "Future[KilledTurns]") -> None:
    found = killed_turns.result(TIMEOUT_S)
    late, early = found.after_checkpoint, found.before_checkpoint

    for frames in (late.requesting, late.other, early.requesting, early.other):
        error = frames[-1]["error"]
        assert violations(frames) == []
        assert (frames[-1]["event"], frames[-1]["send_method"]) == ("postThread", "SenderOnly")
        assert (error["code"], error["message"]) == ("INTERNAL_SERVER_ERROR", APOLOGY)
        assert error["message_id"] == frames[0]["payload"]["message_ids"][-1]
    assert late.requesting[-1] == late.other[-1]


def test_a_killed_turn_keeps_what_its_last_checkpoint_stored(killed_turns: "Future[KilledTurns]") -> None:
    found = killed_turns.result(TIMEOUT_S)

    message = found.after_checkpoint.stored["messages"][found.after_checkpoint.stored["message_ids"][-1]]
    assert found.after_checkpoint.stored_text
    assert answer_of(found.after_checkpoint.stored).startswith(found.after_checkpoint.stored_text)
    assert (message["is_completed"], answer_of(found.before_checkpoint.stored)) == (True, "")


def test_the_fold_of_a_killed_turn_equals_the_stored_chat(killed_turns: "Future[KilledTurns]") -> None:
    found = killed_turns.result(TIMEOUT_S)

    for turn in (found.after_checkpoint, found.before_checkpoint):
        for frames in (turn.requesting, turn.other):
            assert agrees_with(fold_stream(frames), turn.stored) == []


def test_the_next_turn_after_a_killed_one_completes(killed_turns: "Future[KilledTurns]") -> None:
    found = killed_turns.result(TIMEOUT_S)

    for turn in (found.after_checkpoint, found.before_checkpoint):
        assert violations(turn.next_turn) == []
        assert turn.next_turn[-1]["event"] == "complete"
        assert len(turn.next_turn[-1]["payload"]["message_ids"]) == 2


async def test_a_turn_whose_handoff_fails_ends_in_one_error() -> None:
    with running_stack(environment={"RUN_TURN_FUNCTION": "no-such-function"}) as stack:
        async with stack.new_person().connect() as connection:
            turn = await connection.post("Hello?")
            frames = await turn.all_frames()
            stored = await connection.get(turn.chat_id or "")
            received = connection.frames

    assert violations(frames) == []
    assert events(frames) == ["initializeChat", "postThread"]
    assert frames[-1]["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert frames[-1]["error"]["chat_id"] == stored["id"]
    assert stored["messages"][turn.message_id]["is_completed"] is True
    assert sum(map(is_terminal, received)) == 1
