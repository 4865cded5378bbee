"""A turn whose runner dies, or never starts: one error frame for everybody, and nothing lost but the rest."""

from concurrent.futures import Future

from tests.e2e.invariants import answer_of, events, violations
from tests.e2e.killed_runners import PATIENCE_S, Deaths
from tests.e2e.local_stack import running_stack
from threadcast_client import agrees_with, fold_stream, is_terminal

APOLOGY = "Something went wrong on our side. Please try again."


def test_everybody_who_listened_to_a_killed_turn_hears_one_error(deaths: "Future[Deaths]") -> None:
    late, early = (found := deaths.result(PATIENCE_S)).late, found.early

    for frames in (late.asked, late.listened, early.asked, early.listened):
        error = frames[-1]["error"]
        assert violations(frames) == []
        assert (frames[-1]["event"], frames[-1]["send_method"]) == ("postThread", "SenderOnly")
        assert (error["code"], error["message"]) == ("INTERNAL_SERVER_ERROR", APOLOGY)
        assert error["message_id"] == frames[0]["payload"]["message_ids"][-1]
    assert late.asked[-1] == late.listened[-1]


def test_a_killed_turn_keeps_what_its_last_checkpoint_stored(deaths: "Future[Deaths]") -> None:
    found = deaths.result(PATIENCE_S)

    message = found.late.stored["messages"][found.late.stored["message_ids"][-1]]
    assert found.late.stored_text
    assert answer_of(found.late.stored).startswith(found.late.stored_text)
    assert (message["is_completed"], answer_of(found.early.stored)) == (True, "")


def test_whoever_folds_a_killed_turn_has_what_is_stored(deaths: "Future[Deaths]") -> None:
    found = deaths.result(PATIENCE_S)

    for death in (found.late, found.early):
        for frames in (death.asked, death.listened):
            assert agrees_with(fold_stream(frames), death.stored) == []


def test_a_chat_goes_on_after_a_killed_turn(deaths: "Future[Deaths]") -> None:
    found = deaths.result(PATIENCE_S)

    for death in (found.late, found.early):
        assert violations(death.next_turn) == []
        assert death.next_turn[-1]["event"] == "complete"
        assert len(death.next_turn[-1]["payload"]["message_ids"]) == 2


async def test_a_turn_that_cannot_be_handed_over_ends_in_one_error_at_once() -> None:
    with running_stack(environment={"RUN_TURN_FUNCTION": "no-such-function"}) as stack:
        async with stack.new_person().connect() as tab:
            turn = await tab.post("Hello?")
            frames = await turn.all_frames()
            stored = await tab.get(turn.chat_id or "")
            heard = tab.frames

    assert violations(frames) == []
    assert events(frames) == ["initializeChat", "postThread"]
    assert frames[-1]["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert frames[-1]["error"]["chat_id"] == stored["id"]
    assert stored["messages"][turn.message_id]["is_completed"] is True
    assert sum(map(is_terminal, heard)) == 1
