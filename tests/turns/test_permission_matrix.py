"""Who may do what with a chat and an asset: the whole table, role by request."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.fakes import ScriptedAgent
from tests.turns.world import ALICE, BOB, HELLO, WIND, World
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.commands import GetRequest, PostRequest, StopRequest
from threadcast.domain.user import User
from threadcast.errors import ClientFault, ErrorCode
from threadcast.ports import Connection

Answer = ErrorCode | None
Held = Role | None
AS_USER, AS_MEMBER = Principal("user", BOB.id), Principal("org", "initech")
OTHERS_ORG = Principal("org", "acme")
NOTHING, LOOK, WRITE = ("NOT_FOUND",) * 4, (None, *("UNAUTHORIZED",) * 3), (None,) * 4

CHAT_MATRIX: list[tuple[Principal, Held, tuple[Answer, ...]]] = [
    (AS_USER, None, NOTHING),
    (AS_USER, Role.CAN_VIEW, LOOK),
    (AS_USER, Role.CAN_FILTER, LOOK),
    (AS_USER, Role.CAN_EDIT, WRITE),
    (AS_USER, Role.FULL_ACCESS, WRITE),
    (AS_USER, Role.OWNER, WRITE),
    (AS_MEMBER, Role.CAN_VIEW, LOOK),
    (AS_MEMBER, Role.CAN_FILTER, LOOK),
    (AS_MEMBER, Role.CAN_EDIT, WRITE),
    (AS_MEMBER, Role.FULL_ACCESS, WRITE),
    (OTHERS_ORG, Role.FULL_ACCESS, NOTHING),
]
"""What Bob may do with Alice's chat if this principal holds this role: get, stop, post, replace."""


def world_with_chat() -> tuple[World, str, str]:
    """A world in which Alice has a chat of one answered message; the chat's and the message's id."""
    world = World(agent=ScriptedAgent(*HELLO))
    world.ask(PostRequest(prompt="Why?"), world.connect(ALICE))
    (chat_id,) = world.table.chats
    return world, chat_id, world.table.messages[chat_id][1].id


def answer_to(request: Callable[[], None]) -> Answer:
    """The code that a request is refused with; None if it is not."""
    try:
        request()
    except ClientFault as fault:
        return fault.code
    return None


def answers_about_chat(world: World, user: User, chat_id: str, message_id: str) -> tuple[Answer, ...]:
    """What get, stop, post and replace are answered with, in that order."""
    connection: Connection = world.connect(user)
    asker = world.asker(connection, user)
    post = PostRequest(prompt="And?", chat_id=chat_id)
    replacing = PostRequest(prompt="Instead?", chat_id=chat_id, replace_from=message_id)
    return (
        answer_to(lambda: world.use_cases.get_chat.get(GetRequest(chat_id), asker)),
        answer_to(lambda: world.use_cases.stop_thread.stop(StopRequest(chat_id, message_id), asker)),
        answer_to(lambda: world.ask(post, connection, user)),
        answer_to(lambda: world.ask(replacing, connection, user)),
    )


@pytest.mark.parametrize(("principal", "role", "answers"), CHAT_MATRIX)
def test_a_role_on_a_chat_allows_what_the_matrix_says(
    principal: Principal, role: Held, answers: tuple[Answer, ...]
) -> None:
    world, chat_id, message_id = world_with_chat()
    if role is not None:
        world.table.chat_roles.setdefault(chat_id, {})[principal] = role

    told = answers_about_chat(world, BOB, chat_id, message_id)

    assert told == answers


def test_the_owner_may_do_everything_without_any_grant() -> None:
    world, chat_id, message_id = world_with_chat()

    assert answers_about_chat(world, ALICE, chat_id, message_id) == WRITE


def test_a_chat_that_does_not_exist_is_like_one_of_somebody_else() -> None:
    world, _, message_id = world_with_chat()

    assert answers_about_chat(world, ALICE, str(uuid4()), message_id) == NOTHING


def test_the_stronger_of_a_users_and_their_organisations_role_counts() -> None:
    world, chat_id, message_id = world_with_chat()
    world.table.chat_roles[chat_id] = {AS_USER: Role.CAN_VIEW, AS_MEMBER: Role.CAN_EDIT}

    assert answers_about_chat(world, BOB, chat_id, message_id) == WRITE


@pytest.mark.parametrize("prompt", [None, "Why?"])
@pytest.mark.parametrize(
    ("principal", "role", "answer"),
    [
        (AS_USER, None, "NOT_FOUND"),
        *[(holder, role, None) for role in Role for holder in (AS_USER, AS_MEMBER)],
        *[(OTHERS_ORG, role, "NOT_FOUND") for role in Role],
    ],
)
def test_any_role_on_an_asset_lets_a_chat_start_on_it(
    principal: Principal, role: Held, answer: Answer, prompt: str | None
) -> None:
    world = World()
    if role is not None:
        world.library.grant(WIND.id, Grant(principal, role))
    connection = world.connect(BOB)

    told = answer_to(lambda: world.ask(PostRequest(prompt=prompt, asset=WIND), connection, BOB))

    assert told == answer
    assert len(world.table.chats) == (answer is None)


@pytest.mark.parametrize("role", [None, Role.CAN_VIEW, Role.CAN_FILTER])
def test_who_may_not_write_in_a_chat_changes_nothing_by_trying(role: Held) -> None:
    world, chat_id, message_id = world_with_chat()
    if role is not None:
        world.table.chat_roles.setdefault(chat_id, {})[AS_USER] = role
    before = (dict(world.table.chats), dict(world.table.messages[chat_id]), dict(world.table.quotas))

    answers_about_chat(world, BOB, chat_id, message_id)

    assert (world.table.chats, world.table.messages[chat_id], world.table.quotas) == before
