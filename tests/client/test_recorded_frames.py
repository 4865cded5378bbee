"""The recorded frames that both clients' folds are tested with; `tests.client.record_frames` writes them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.client.record_frames import FIXTURES
from tests.protocol.schema_validation import frame_errors
from threadcast_client import agrees_with, check_frame, fold_stream

RECORDED = sorted(path for path in FIXTURES.glob("*.json") if path.stem != "rare_frames")


def read(path: Path) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(path.read_text())
    return recorded


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_frames_fold_to_the_recorded_chat(path: Path) -> None:
    recorded = read(path)

    assert fold_stream(recorded["frames"]).chat == recorded["folded"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_turns_are_valid_and_fold_to_their_complete(path: Path) -> None:
    frames = read(path)["frames"]

    assert [fault for frame in frames for fault in (*check_frame(frame), *frame_errors(frame))] == []
    assert agrees_with(fold_stream(frames), frames[-1]["payload"]) == []
