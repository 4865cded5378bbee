"""What a model is told before the prompt."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.contracts.agent_contract import asked
from tests.model_agent.agent_runs import LIMITS, answering, text_of
from tests.model_agent.scripted_model import Say, Use, in_order
from tests.samples.loaded import SAMPLES, context_of
from threadcast.adapters.model_agent.prompting.history import history_messages
from threadcast.adapters.model_agent.prompting.messages import model_input
from threadcast.adapters.model_agent.prompting.system_prompt import INSTRUCTIONS
from threadcast.assets.query.sql_tables import tables_of
from threadcast.domain.asset import AssetContext, Table
from threadcast.domain.token_budget import clipped, estimated_tokens
from threadcast.ports import Exchange

EVERY_SAMPLE = sorted(path.stem for path in SAMPLES.glob("*.yaml"))


def asset_block(context: AssetContext, tokens: int = 12_000) -> str:
    return model_input(
        asked(context=context), tables_of(context), replace(LIMITS, context_tokens=tokens)
    ).system[1]


@pytest.mark.parametrize("sample", EVERY_SAMPLE)
@pytest.mark.parametrize("tokens", [600, 2_000, 12_000])
def test_every_asset_is_told_within_the_budget_and_always_alike(sample: str, tokens: int) -> None:
    context = context_of(sample)

    text = asset_block(context, tokens)

    assert estimated_tokens(text) <= tokens + 40
    assert context.asset.name in text
    assert text == asset_block(context, tokens)


def test_columns_come_with_their_meaning_and_their_statistics() -> None:
    text = asset_block(context_of("iowa_electricity"))

    assert '- "year" time; 17 values from 2001-01-01 to 2017-01-01' in text
    assert '- "source" dimension; 3 values: Fossil Fuels | Nuclear Energy | Renewables' in text
    assert (
        '- "net_generation" measure (net generation) in GWh, additive; from 1437 to 42750, mean 16950' in text
    )


def test_rows_are_a_sample_spread_over_all_of_them() -> None:
    text = asset_block(context_of("iowa_electricity"))

    assert "12 of the rows of iowa_electricity_generation_by_source, evenly spread:" in text
    assert '["2001-01-01","Fossil Fuels",35361]' in text
    assert '["2017-01-01","Renewables",21933]' in text


def test_a_dashboard_is_told_with_all_its_metrics_and_what_is_withheld() -> None:
    whole = asset_block(context_of("work_and_power"))
    part = asset_block(context_of("work_and_power", 1))

    for table in tables_of(context_of("work_and_power")):
        assert f"Table {table.name}:" in whole
    assert "1 metric of it may not be seen by this user." in part


def test_an_asset_of_nothing_is_told_too() -> None:
    asset = replace(context_of("iowa_electricity").asset, definition={})

    assert "It has no rows." in asset_block(AssetContext(asset))
    assert "0 rows" in asset_block(AssetContext(asset, Table(("a", "b"))))
    assert "2 empty" in asset_block(AssetContext(asset, Table(("a",), ((None,), (None,)))))


def test_without_an_asset_the_model_is_told_so() -> None:
    instructions, about = model_input(asked(), (), LIMITS).system

    assert instructions == INSTRUCTIONS
    assert about.startswith("This chat has no asset")


def test_the_chat_so_far_goes_before_the_prompt(endpoint: str) -> None:
    history = (Exchange(None, "Here it is."), Exchange("Which year?", "2010."), Exchange("Sure?", ""))
    with answering(endpoint, in_order([Say("Yes.")])) as world:
        world.says(asked("And before?", history=history, wants_title=False))

        assert world.model.asked[0].messages == [
            ("user", "(I opened the asset.)"),
            ("assistant", "Here it is."),
            ("user", "Which year?"),
            ("assistant", "2010."),
            ("user", "Sure?"),
            ("assistant", "(There was no answer.)"),
            ("user", "And before?"),
        ]


def test_older_messages_are_left_out_whole() -> None:
    history = [Exchange(f"Question {number}", "word " * 100) for number in range(10)]

    turns = history_messages(history, 600)

    assert [text for role, text in turns if role == "user"] == [
        "(Earlier messages of this chat are left out.)\n\nQuestion 7",
        "Question 8",
        "Question 9",
    ]
    assert all(text == ("word " * 100).strip() for role, text in turns if role == "assistant")


def test_the_newest_exchange_is_cut_where_it_alone_is_too_long() -> None:
    turns = history_messages([Exchange("Old", "old"), Exchange("New", "word " * 10_000)], 300)

    assert [role for role, _ in turns] == ["user", "assistant"]
    assert turns[1][1].endswith("… (cut)")
    assert sum(estimated_tokens(text) for _, text in turns) < 350


exchanges = st.builds(Exchange, st.none() | st.text(max_size=200), st.text(max_size=400))


@given(st.lists(exchanges, max_size=40), st.integers(min_value=100, max_value=2_000))
@example([Exchange(None, "")] * 40, 100)
def test_whatever_was_said_the_history_keeps_to_its_budget(history: list[Exchange], max_tokens: int) -> None:
    turns = history_messages(history, max_tokens)

    assert sum(estimated_tokens(text) for _, text in turns) <= max_tokens + 30  # the mark of what is left out
    assert [role for role, _ in turns] == ["user", "assistant"] * (len(turns) // 2)
    assert bool(turns) == bool(history)
    assert all(text.strip() for _, text in turns)


def test_a_text_is_clipped_between_characters() -> None:
    assert clipped("short", 10) == "short"
    assert clipped("é" * 100, 10) == "é" * 10 + " … (cut)"


ALL = {"toolConfig": 1, "system": 2, "messages": 1}
SYSTEM = {"toolConfig": 0, "system": 2, "messages": 0}
NONE = {"toolConfig": 0, "system": 0, "messages": 0}
PROFILE = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abcdefghijkl"


def cache_points(body: Mapping[str, Any]) -> dict[str, int]:
    return {part: json.dumps(body.get(part)).count("cachePoint") for part in ALL}


@pytest.mark.parametrize(
    ("model_id", "asked_for", "points"),
    [
        ("global.anthropic.claude-sonnet-4-6", "auto", ALL),
        ("eu.anthropic.claude-opus-5", "auto", ALL),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "auto", ALL),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", "auto", ALL),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "auto", NONE),
        ("anthropic.claude-3-haiku-20240307-v1:0", "auto", NONE),
        ("eu.amazon.nova-pro-v1:0", "auto", SYSTEM),
        ("meta.llama3-3-70b-instruct-v1:0", "auto", NONE),
        (PROFILE, "auto", NONE),
        (PROFILE, "all", ALL),
        (PROFILE, "system", SYSTEM),
        ("global.anthropic.claude-sonnet-4-6", "none", NONE),
    ],
)
def test_what_stays_is_marked_for_the_cache(model_id: str, asked_for: str, points: dict[str, int]) -> None:
    choice = {"model_id": model_id, "cache_points": asked_for}
    with answering("bedrock", in_order([Say("Yes.")]), **choice) as world:
        world.says(asked(context=context_of("iowa_electricity"), wants_title=False))

        assert cache_points(world.model.asked[0].body) == points


def test_a_titles_request_is_not_marked_for_the_cache() -> None:
    with answering("bedrock", in_order([Say("Yes.")]), cache_points="all", title_model_id="m") as world:
        world.says(asked(context=context_of("iowa_electricity")))

        (request,) = [request for request in world.model.asked if request.is_for_a_title]
    assert cache_points(request.body) == NONE


def test_a_call_marks_no_more_than_bedrock_takes_also_after_many_tools(endpoint: str) -> None:
    looking = [[Use("describe_asset", {}, f"use-{at}")] for at in range(4)]
    with answering(endpoint, in_order(*looking, [Say("Yes.")])) as world:
        world.says(asked(context=context_of("iowa_electricity"), wants_title=False))

        marked = [sum(cache_points(request.body).values()) for request in world.model.asked]
    assert len(marked) == 5
    assert max(marked) <= 4


def test_the_same_question_is_the_same_request(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")], [Say("Yes.")])) as world:
        for _ in range(2):
            world.says(asked(context=context_of("work_and_power"), wants_title=False))

        first, second = world.model.asked
    assert json.dumps(first.body) == json.dumps(second.body)


def test_half_characters_of_an_asset_reach_no_model(endpoint: str) -> None:
    """The store keeps what JSON can carry; UTF-8, and so a model, can't."""
    half = "x \ud83d"
    whole = context_of("iowa_electricity").asset
    asset = replace(whole, name=half, definition={**whole.definition, "description": half, "sql": half})
    context = AssetContext(asset, Table((half, "n"), ((half, 1),)))
    uses = [
        Use("describe_asset", {}, "a"),
        Use("query_data", {"sql": "SELECT * FROM x", "purpose": "all"}, "b"),
    ]
    with answering(endpoint, in_order(uses, [Say("Yes.")])) as world:
        said = world.says(asked(half, context, history=(Exchange(half, half),)))

        described, found = world.model.questions[-1].results
        assert "\\ud83d" not in json.dumps([request.body for request in world.model.asked])
    assert text_of(said) == "Yes."
    assert "x \ufffd" in described
    assert found.endswith('["x \ufffd",1]')
