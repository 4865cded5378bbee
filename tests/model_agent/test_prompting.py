"""The model's input before the prompt."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, answering, text_of
from tests.model_agent.scripted_model import Say, Use, in_order
from tests.samples.loaded import SAMPLES, context_of
from threadcast.adapters.model_agent.prompting.history import history_messages
from threadcast.adapters.model_agent.prompting.messages import model_input
from threadcast.adapters.model_agent.prompting.system_prompt import INSTRUCTIONS
from threadcast.assets.query.sql_tables import tables_of
from threadcast.domain.asset import AssetContext, Table
from threadcast.domain.text import clipped, estimated_tokens
from threadcast.ports import Exchange

EVERY_SAMPLE = sorted(path.stem for path in SAMPLES.glob("*.yaml"))


def asset_block(context: AssetContext, tokens: int = 12_000) -> str:
    return model_input(
        a_task(context=context), tables_of(context), replace(LIMITS, context_tokens=tokens)
    ).system[1]


@pytest.mark.parametrize("sample", EVERY_SAMPLE)
@pytest.mark.parametrize("tokens", [600, 2_000, 12_000])
def test_every_asset_description_is_within_the_budget_and_repeatable(sample: str, tokens: int) -> None:
    context = context_of(sample)

    text = asset_block(context, tokens)

    assert estimated_tokens(text) <= tokens + 40
    assert context.asset.name in text
    assert text == asset_block(context, tokens)


def test_columns_are_described_with_meaning_and_statistics() -> None:
    text = asset_block(context_of("iowa_electricity"))

    assert '- "year" time; 17 values from 2001-01-01 to 2017-01-01' in text
    assert '- "source" dimension; 3 values: Fossil Fuels | Nuclear Energy | Renewables' in text
    assert (
        '- "net_generation" measure (net generation) in GWh, additive; from 1437 to 42750, mean 16950' in text
    )


def test_sample_rows_are_spread_over_all_rows() -> None:
    text = asset_block(context_of("iowa_electricity"))

    assert "12 of the rows of iowa_electricity_generation_by_source, evenly spread:" in text
    assert '["2001-01-01","Fossil Fuels",35361]' in text
    assert '["2017-01-01","Renewables",21933]' in text


def test_a_dashboard_is_described_with_its_metrics_and_the_number_withheld() -> None:
    whole = asset_block(context_of("work_and_power"))
    part = asset_block(context_of("work_and_power", 1))

    for table in tables_of(context_of("work_and_power")):
        assert f"Table {table.name}:" in whole
    assert "1 metric of it may not be seen by this user." in part


def test_an_empty_asset_is_described_too() -> None:
    asset = replace(context_of("iowa_electricity").asset, definition={})

    assert "It has no rows." in asset_block(AssetContext(asset))
    assert "0 rows" in asset_block(AssetContext(asset, Table(("a", "b"))))
    assert "2 empty" in asset_block(AssetContext(asset, Table(("a",), ((None,), (None,)))))


def test_without_an_asset_the_system_prompt_says_so() -> None:
    instructions, about = model_input(a_task(), (), LIMITS).system

    assert instructions == INSTRUCTIONS
    assert about.startswith("This chat has no asset")


def test_the_history_precedes_the_prompt(endpoint: str) -> None:
    history = (Exchange(None, "Here it is."), Exchange("Which year?", "2010."), Exchange("Sure?", ""))
    with answering(endpoint, in_order([Say("Yes.")])) as setup:
        setup.answer(a_task("And before?", history=history, wants_title=False))

        assert setup.model.requests[0].messages == [
            ("user", "(I opened the asset.)"),
            ("assistant", "Here it is."),
            ("user", "Which year?"),
            ("assistant", "2010."),
            ("user", "Sure?"),
            ("assistant", "(There was no answer.)"),
            ("user", "And before?"),
        ]


def test_older_exchanges_are_omitted_whole() -> None:
    history = [Exchange(f"Question {number}", "word " * 100) for number in range(10)]

    turns = history_messages(history, 600)

    assert [text for role, text in turns if role == "user"] == [
        "(Earlier messages of this chat are left out.)\n\nQuestion 7",
        "Question 8",
        "Question 9",
    ]
    assert all(text == ("word " * 100).strip() for role, text in turns if role == "assistant")


def test_the_newest_exchange_is_cut_if_it_alone_is_too_long() -> None:
    turns = history_messages([Exchange("Old", "old"), Exchange("New", "word " * 10_000)], 300)

    assert [role for role, _ in turns] == ["user", "assistant"]
    assert turns[1][1].endswith("… (cut)")
    assert sum(estimated_tokens(text) for _, text in turns) < 350


exchanges = st.builds(Exchange, st.none() | st.text(max_size=200), st.text(max_size=400))


@given(st.lists(exchanges, max_size=40), st.integers(min_value=100, max_value=2_000))
@example([Exchange(None, "")] * 40, 100)
def test_any_history_is_within_its_budget(history: list[Exchange], max_tokens: int) -> None:
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
def test_constant_parts_are_marked_for_the_cache(
    model_id: str, asked_for: str, points: dict[str, int]
) -> None:
    choice = {"model_id": model_id, "cache_points": asked_for}
    with answering("bedrock", in_order([Say("Yes.")]), **choice) as setup:
        setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert cache_points(setup.model.requests[0].body) == points


def test_a_title_request_is_not_marked_for_the_cache() -> None:
    with answering("bedrock", in_order([Say("Yes.")]), cache_points="all", title_model_id="m") as setup:
        setup.answer(a_task(context=context_of("iowa_electricity")))

        (request,) = [request for request in setup.model.requests if request.is_title_request]
    assert cache_points(request.body) == NONE


def test_a_request_has_at_most_bedrocks_number_of_cache_points(endpoint: str) -> None:
    looking = [[Use("describe_asset", {}, f"use-{at}")] for at in range(4)]
    with answering(endpoint, in_order(*looking, [Say("Yes.")])) as setup:
        setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        marked = [sum(cache_points(request.body).values()) for request in setup.model.requests]
    assert len(marked) == 5
    assert max(marked) <= 4


def test_the_same_question_gives_the_same_request(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")], [Say("Yes.")])) as setup:
        for _ in range(2):
            setup.answer(a_task(context=context_of("work_and_power"), wants_title=False))

        first, second = setup.model.requests
    assert json.dumps(first.body) == json.dumps(second.body)


def test_lone_surrogates_of_an_asset_are_not_sent_to_the_model(endpoint: str) -> None:
    """The store keeps lone surrogates, which JSON can represent and UTF-8 cannot."""
    half = "x \ud83d"
    whole = context_of("iowa_electricity").asset
    asset = replace(whole, name=half, definition={**whole.definition, "description": half, "sql": half})
    context = AssetContext(asset, Table((half, "n"), ((half, 1),)))
    uses = [
        Use("describe_asset", {}, "a"),
        Use("query_data", {"sql": "SELECT * FROM x", "purpose": "all"}, "b"),
    ]
    with answering(endpoint, in_order(uses, [Say("Yes.")])) as setup:
        events = setup.answer(a_task(half, context, history=(Exchange(half, half),)))

        described, found = setup.model.questions[-1].results
        assert "\\ud83d" not in json.dumps([request.body for request in setup.model.requests])
    assert text_of(events) == "Yes."
    assert "x \ufffd" in described
    assert found.endswith('["x \ufffd",1]')
