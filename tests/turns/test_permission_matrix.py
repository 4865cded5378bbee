"""The permissions on a chat and on an asset: the complete matrix, role by request."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from tests.fakes import ScriptedAgent
from tests.turns.world import ALICE, BOB, HELLO, WIND, World
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import AssetType
from threadcast.domain.user import User
from threadcast.errors import ClientFault, ErrorCode
from threadcast.ports import Connection
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP, ROUTES
from threadcast.turns.assets.commands import GetMetricRequest, ListAssetsRequest, SearchAssetsRequest
from threadcast.turns.chats.commands import DeleteRequest, DuplicateRequest, FeedbackRequest, UpdateRequest
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest
from threadcast.turns.paging import PageRequest

Answer = ErrorCode | None
Held = Role | None
AS_USER, AS_ORGANIZATION = Principal("user", BOB.id), Principal("org", "initech")
OTHER_ORGANIZATION = Principal("org", "acme")
NO_ACCESS, READ, WRITE = ("NOT_FOUND",) * 4, (None, *("UNAUTHORIZED",) * 3), (None,) * 4
OUTSIDE_TURNS = ("mark", "feedback", "duplicate", "rename", "delete")
"""Requests about a chat that need no turn."""

NONE_OF_THEM, READS, WRITES, ALL_OF_THEM = (
    ("NOT_FOUND",) * 5,
    (*(None,) * 3, *("UNAUTHORIZED",) * 2),
    (*(None,) * 4, "UNAUTHORIZED"),
    (None,) * 5,
)

CHAT_MATRIX: list[tuple[Principal, Held, tuple[Answer, ...]]] = [
    (AS_USER, None, NO_ACCESS),
    (AS_USER, Role.CAN_VIEW, READ),
    (AS_USER, Role.CAN_FILTER, READ),
    (AS_USER, Role.CAN_EDIT, WRITE),
    (AS_USER, Role.FULL_ACCESS, WRITE),
    (AS_USER, Role.OWNER, WRITE),
    (AS_ORGANIZATION, Role.CAN_VIEW, READ),
    (AS_ORGANIZATION, Role.CAN_FILTER, READ),
    (AS_ORGANIZATION, Role.CAN_EDIT, WRITE),
    (AS_ORGANIZATION, Role.FULL_ACCESS, WRITE),
    (OTHER_ORGANIZATION, Role.FULL_ACCESS, NO_ACCESS),
]
"""The answers to Bob's requests about Alice's chat (get, stop, post, replace) if a principal holds a role."""


def world_with_chat() -> tuple[World, str, str]:
    """Return a world in which Alice has a chat with one answered message, and both ids."""
    world = World(agent=ScriptedAgent(*HELLO))
    world.ask(PostRequest(prompt="Why?"), world.connect(ALICE))
    (chat_id,) = world.table.chats
    return world, chat_id, world.table.messages[chat_id][1].id


def answer_to(request: Callable[[], None]) -> Answer:
    """Return the error code of a refused request; None if it is permitted."""
    try:
        request()
    except ClientFault as fault:
        return fault.code
    return None


def answers_about_chat(world: World, user: User, chat_id: str, message_id: str) -> tuple[Answer, ...]:
    """Return the answers to get, stop, post and replace, in that order."""
    connection: Connection = world.connect(user)
    context = world.context(connection, user)
    post = PostRequest(prompt="And?", chat_id=chat_id)
    replacing = PostRequest(prompt="Instead?", chat_id=chat_id, replace_from=message_id)
    return (
        answer_to(lambda: world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), context)),
        answer_to(
            lambda: world.use_cases.dispatcher.dispatch(CHATS_STOP, StopRequest(chat_id, message_id), context)
        ),
        answer_to(lambda: world.ask(post, connection, user)),
        answer_to(lambda: world.ask(replacing, connection, user)),
    )


@pytest.mark.parametrize(("principal", "role", "answers"), CHAT_MATRIX)
def test_a_role_on_a_chat_permits_exactly_the_requests_of_the_matrix(
    principal: Principal, role: Held, answers: tuple[Answer, ...]
) -> None:
    world, chat_id, message_id = world_with_chat()
    if role is not None:
        world.table.chat_roles.setdefault(chat_id, {})[principal] = role

    assert answers_about_chat(world, BOB, chat_id, message_id) == answers


OUTSIDE_MATRIX: list[tuple[Principal, Held, tuple[Answer, ...]]] = [
    (AS_USER, None, NONE_OF_THEM),
    *[(holder, Role.CAN_VIEW, READS) for holder in (AS_USER, AS_ORGANIZATION)],
    *[(holder, Role.CAN_FILTER, READS) for holder in (AS_USER, AS_ORGANIZATION)],
    *[(holder, Role.CAN_EDIT, WRITES) for holder in (AS_USER, AS_ORGANIZATION)],
    *[(holder, Role.FULL_ACCESS, ALL_OF_THEM) for holder in (AS_USER, AS_ORGANIZATION)],
    (AS_USER, Role.OWNER, ALL_OF_THEM),
    *[(OTHER_ORGANIZATION, role, NONE_OF_THEM) for role in Role],
]
"""The answers to Bob's requests outside turns about Alice's chat, in the order of `OUTSIDE_TURNS`."""


def answers_outside_turns(world: World, user: User, chat_id: str, message_id: str) -> tuple[Answer, ...]:
    """Return the answers to the requests of `OUTSIDE_TURNS`."""
    context = world.context(world.connect(user), user)
    requests = (
        ("/chats/update", UpdateRequest(chat_id, is_favorited=True)),
        ("/messages/update", FeedbackRequest(chat_id, message_id, "positive")),
        ("/chats/duplicate", DuplicateRequest(chat_id)),
        ("/chats/update", UpdateRequest(chat_id, title="Mine", is_favorited=True)),
        ("/chats/delete", DeleteRequest((chat_id,))),
    )
    return tuple(
        answer_to(partial(world.use_cases.dispatcher.dispatch, ROUTES[route], request, context))
        for route, request in requests
    )


@pytest.mark.parametrize(("principal", "role", "answers"), OUTSIDE_MATRIX)
def test_a_role_on_a_chat_permits_exactly_the_changes_of_the_matrix(
    principal: Principal, role: Held, answers: tuple[Answer, ...]
) -> None:
    world, chat_id, message_id = world_with_chat()
    if role is not None:
        world.table.chat_roles.setdefault(chat_id, {})[principal] = role
    before = world.table.chats[chat_id]

    assert answers_outside_turns(world, BOB, chat_id, message_id) == answers
    if answers in (NONE_OF_THEM, READS):
        assert world.table.chats[chat_id] == before
    if answers == NONE_OF_THEM:
        assert (world.table.feedback, world.table.favorites, len(world.table.chats)) == ({}, set(), 1)


def test_the_owner_needs_no_grant() -> None:
    world, chat_id, message_id = world_with_chat()

    assert answers_about_chat(world, ALICE, chat_id, message_id) == WRITE
    world, chat_id, message_id = world_with_chat()
    assert answers_outside_turns(world, ALICE, chat_id, message_id) == ALL_OF_THEM


def test_a_chat_that_does_not_exist_is_answered_like_a_chat_of_another_user() -> None:
    world, _, message_id = world_with_chat()

    assert answers_about_chat(world, ALICE, str(uuid4()), message_id) == NO_ACCESS


def test_the_stronger_of_the_users_and_the_organizations_role_applies() -> None:
    world, chat_id, message_id = world_with_chat()
    world.table.chat_roles[chat_id] = {AS_USER: Role.CAN_VIEW, AS_ORGANIZATION: Role.CAN_EDIT}

    assert answers_about_chat(world, BOB, chat_id, message_id) == WRITE


@pytest.mark.parametrize("prompt", [None, "Why?"])
@pytest.mark.parametrize(
    ("principal", "role", "answer"),
    [
        (AS_USER, None, "NOT_FOUND"),
        *[(holder, role, None) for role in Role for holder in (AS_USER, AS_ORGANIZATION)],
        *[(OTHER_ORGANIZATION, role, "NOT_FOUND") for role in Role],
    ],
)
def test_any_role_on_an_asset_permits_a_chat_about_it(
    principal: Principal, role: Held, answer: Answer, prompt: str | None
) -> None:
    world = World()
    if role is not None:
        world.library.grant(WIND.id, Grant(principal, role))
    connection = world.connect(BOB)

    actual = answer_to(lambda: world.ask(PostRequest(prompt=prompt, asset=WIND), connection, BOB))

    assert actual == answer
    assert len(world.table.chats) == (answer is None)


@pytest.mark.parametrize(
    ("principal", "role", "is_visible"),
    [
        (AS_USER, None, False),
        *[(holder, role, True) for role in Role for holder in (AS_USER, AS_ORGANIZATION)],
        *[(OTHER_ORGANIZATION, role, False) for role in Role],
    ],
)
def test_any_role_on_an_asset_permits_to_get_list_and_find_it(
    principal: Principal, role: Held, is_visible: bool
) -> None:
    world = World()
    if role is not None:
        world.library.grant(WIND.id, Grant(principal, role))
    context, dispatcher = world.context(world.connect(BOB), BOB), world.use_cases.dispatcher
    requests = (
        ("/metrics/get", GetMetricRequest(WIND.id)),
        ("/metrics/list", ListAssetsRequest(AssetType.METRIC_FILE, PageRequest())),
        ("/search", SearchAssetsRequest("wind", (AssetType.METRIC_FILE,), 5)),
    )

    answers = [
        answer_to(partial(dispatcher.dispatch, ROUTES[route], command, context))
        for route, command in requests
    ]

    frames = world.pusher.received(context.connection)
    seen = [frame["event"] for frame in frames if WIND.id in str(frame)]
    assert answers == [None if is_visible else "NOT_FOUND", None, None]
    assert seen == (["updateMetricState", "fetchingData", "getMetricList", "search"] if is_visible else [])
    assert not is_visible or frames[0]["payload"]["permission"] == role


@pytest.mark.parametrize("role", [None, Role.CAN_VIEW, Role.CAN_FILTER])
def test_refused_requests_change_nothing(role: Held) -> None:
    world, chat_id, message_id = world_with_chat()
    if role is not None:
        world.table.chat_roles.setdefault(chat_id, {})[AS_USER] = role
    before = (dict(world.table.chats), dict(world.table.messages[chat_id]), dict(world.table.quotas))

    answers_about_chat(world, BOB, chat_id, message_id)

    assert (world.table.chats, world.table.messages[chat_id], world.table.quotas) == before
