"""The connection against a server that follows a script."""

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from tests.client import sample_frames as s
from tests.client.scripted_server import Served, run, serving
from threadcast_client.connection import Connection
from threadcast_client.errors import (
    BadAddress,
    BadFrame,
    ConnectionLost,
    HandshakeRefused,
    TimedOut,
    TurnFailed,
)

if TYPE_CHECKING:
    from threadcast_client.handshake import AuthIn

ANSWER = [
    s.opened(),
    s.said(s.text(chunk="Hel")),
    s.said(s.text("Hello")),
    s.complete(s.message(s.text("Hello"))),
]


async def answer(served: Served) -> None:
    """Answer one request with a whole turn, then wait for the goodbye."""
    await served.send(*ANSWER, to=await served.request())
    await served.socket.wait_closed()


async def keep_still(served: Served) -> None:
    """Say nothing until the goodbye."""
    await served.socket.wait_closed()


@pytest.mark.parametrize(
    ("auth_in", "path", "header", "subprotocol"),
    [
        ("query", "/local?v=1&authentication=a.b%2Bc", None, None),
        ("header", "/local?v=1", "Bearer a.b+c", None),
        ("subprotocol", "/local?v=1", None, "bearer"),
    ],
)
def test_the_token_travels_in_the_place_that_was_chosen(
    auth_in: "AuthIn", path: str, header: str | None, subprotocol: str | None
) -> None:
    heard: list[Any] = []

    async def listen(served: Served) -> None:
        request = served.socket.request
        assert request is not None
        heard.extend([request.path, request.headers.get("Authorization"), served.socket.subprotocol])

    async def test() -> None:
        async with (
            serving(listen, subprotocols=["bearer"] if subprotocol else None) as url,
            Connection(f"{url}?v=1", "a.b+c", auth_in=auth_in),
        ):
            pass

    run(test())
    assert heard == [path, header, subprotocol]


def test_a_server_that_passes_over_the_subprotocol_is_refused_as_browsers_refuse_it() -> None:
    async def test() -> None:
        async with serving(answer) as url:
            with pytest.raises(HandshakeRefused) as refused:
                await Connection(url, "a.b.c", auth_in="subprotocol").open()
        assert refused.value.status == 101

    run(test())


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_GATEWAY])
def test_a_refused_handshake_tells_its_status(status: HTTPStatus) -> None:
    async def test() -> None:
        async with serving(refuse=status) as url:
            with pytest.raises(HandshakeRefused, match=str(status.value)) as refused:
                await Connection(url).open()
        assert refused.value.status == status

    run(test())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/x", "the address must begin with ws:// or wss://"),
        ("127.0.0.1:3001/prod", "the address must begin with ws:// or wss://"),
        ("ws:///prod", "the address names no host"),
        ("ws://127.0.0.1:99999/prod", "the address is none: Port out of range 0-65535"),
        ("ws://127.0.0.1/prod#x", "the address must have no #fragment"),
    ],
)
def test_an_address_that_is_none_is_told_before_anything_is_sent_and_without_the_token(
    url: str, why: str
) -> None:
    with pytest.raises(BadAddress) as bad:
        asyncio.run(Connection(f"{url}?authentication=secret" if "#" not in url else url, "secret").open())

    assert str(bad.value) == why


def test_nobody_listening_is_a_lost_connection() -> None:
    async def test() -> None:
        async with serving() as url:
            pass
        with pytest.raises(ConnectionLost) as lost:
            await Connection(url).open()
        assert lost.value.code is None
        assert str(lost.value) == f"no connection: nobody listens at {url.split('/')[2]}"

    run(test())


def test_a_server_that_is_no_websocket_server_is_refused_or_timed_out() -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _reader.read()
        writer.close()

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n\r\n")
        writer.close()

    async def test() -> None:
        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as mute:
            with pytest.raises(TimedOut, match=r"the handshake did not come within 0.05 s"):
                await Connection(_address(mute), timeout_s=0.05).open()
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as other:
            with pytest.raises(HandshakeRefused) as refused:
                await Connection(_address(other)).open()
        assert refused.value.status is None

    run(test())


def _address(server: asyncio.Server) -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_long_request_goes_out_in_frames_that_api_gateway_takes() -> None:
    frames: list[str] = []

    async def listen(served: Served) -> None:
        frames.extend([str(frame) async for frame in served.socket.recv_streaming()])

    async def test() -> None:
        async with serving(listen) as url, Connection(url) as connection:
            await connection.post("年" * 20_000, request_id="r-1")

    run(test())
    assert max(map(len, frames)) <= 32_768
    assert json.loads("".join(frames))["payload"] == {"prompt": "年" * 20_000}


def test_a_post_sends_what_was_given_and_the_turn_gives_its_frames() -> None:
    async def test() -> None:
        asked: list[dict[str, Any]] = []

        async def script(served: Served) -> None:
            asked.append(await served.request())
            await served.send(*ANSWER, to=asked[0])
            await served.socket.wait_closed()

        async with serving(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?", chat_id=s.CHAT_ID, request_id="r-1")
            events = [frame["event"] async for frame in turn]
            chat = await turn.result()

        payload = {"prompt": "Why?", "chat_id": s.CHAT_ID}
        assert asked == [{"route": "/chats/post", "payload": payload, "request_id": "r-1"}]
        assert events == [frame["event"] for frame in ANSWER]
        assert chat == ANSWER[-1]["payload"]
        assert (turn.chat_id, turn.message_id) == (s.CHAT_ID, s.MESSAGE_ID)

    run(test())


def test_turns_on_one_connection_are_told_apart() -> None:
    async def both(served: Served) -> None:
        first, second = await served.request(), await served.request()
        for frame in ANSWER:
            await served.send(frame, to=second)
            await served.send(frame, to=first)
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(both) as url, Connection(url) as connection:
            turns = [await connection.post("One?"), await connection.post("Two?")]
            results = await asyncio.gather(*(turn.all_frames() for turn in turns))

        assert [{frame["request_id"] for frame in frames} for frames in results] == [
            {turn.request_id} for turn in turns
        ]
        assert len(connection.frames) == 2 * len(ANSWER)

    run(test())


def test_a_request_without_an_id_knows_its_frames_by_route_and_chat() -> None:
    other = {**s.chat(), "id": s.OTHER_ID}

    async def script(served: Served) -> None:
        request = await served.request()
        assert "request_id" not in request
        await served.send({**s.opened(), "route": "postThread"}, {**s.opened(), "request_id": "another"})
        await served.send(ANSWER[0], s.frame("initializeChat", other), *ANSWER[1:])
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            turn = await connection.request("/chats/post", {"prompt": "Why?"}, request_id=None)

            assert await turn.all_frames() == ANSWER

    run(test())


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (s.failed("NOT_FOUND", "Chat not found"), "NOT_FOUND", "NOT_FOUND: Chat not found"),
        ({**s.failed(), "event": "error"}, "BAD_REQUEST", "BAD_REQUEST: No."),
        ({**s.failed(), "event": "error", "route": None}, "BAD_REQUEST", "BAD_REQUEST: No."),
        (s.gateway("Endpoint request timed out"), None, "API Gateway: Endpoint request timed out"),
    ],
)
def test_a_request_that_fails_raises_what_the_frame_says(
    failure: dict[str, Any], code: str | None, words: str
) -> None:
    async def script(served: Served) -> None:
        await served.request()
        await served.send(failure)
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(TurnFailed) as error:
                await turn.result()

        assert (error.value.code, str(error.value), error.value.frame) == (code, words, failure)
        assert turn.frames == [failure]

    run(test())


def test_what_api_gateway_says_does_not_end_a_turn_that_has_begun() -> None:
    async def script(served: Served) -> None:
        request = await served.request()
        await served.send(ANSWER[0], to=request)
        await served.send(s.gateway())
        await served.send(*ANSWER[1:], to=request)
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            frames = await (await connection.post("Why?")).all_frames()

        assert [frame["event"] for frame in frames] == [frame["event"] for frame in ANSWER]

    run(test())


def test_stop_and_get_give_their_answers() -> None:
    async def script(served: Served) -> None:
        stop = await served.request()
        await served.send(s.frame("stopThread", {**stop["payload"], "stopped": True}), to=stop)
        get = await served.request()
        await served.send(s.frame("getChat", s.chat(title=get["payload"]["id"])), to=get)
        await served.send({**s.failed("NOT_FOUND"), "event": "getChat"}, to=await served.request())
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            assert await connection.stop(s.CHAT_ID, s.MESSAGE_ID) is True
            assert await connection.get(s.CHAT_ID) == s.chat(title=s.CHAT_ID)
            with pytest.raises(TurnFailed):
                await connection.get(s.OTHER_ID)

    run(test())


def test_nothing_is_waited_for_without_an_end() -> None:
    async def test() -> None:
        async with serving(keep_still) as url, Connection(url, timeout_s=0.02) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(TimedOut, match=r"the next frame of /chats/post did not come within 0\.02 s"):
                await anext(turn)
            with pytest.raises(TimedOut, match=r"the end of /chats/post did not come within 0\.01 s"):
                await turn.all_frames(timeout_s=0.01)
            with pytest.raises(TimedOut, match="the frame did not come"):
                await connection.frame(lambda _: True)

    run(test())


def test_a_wanted_frame_is_found_among_the_old_and_the_new() -> None:
    async def script(served: Served) -> None:
        await served.send(s.opened(), s.titled("Ma"))
        await served.socket.recv()
        await served.send(s.titled("rch"))
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            first = await connection.frame(lambda frame: frame["event"] == "generatingTitle")
            await connection.send("not JSON at all")
            second = await connection.frame(lambda frame: frame["event"] == "generatingTitle", since=2)

        assert [first, second] == [s.titled("Ma"), s.titled("rch")]

    run(test())


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "Going away"), (1009, "too large")])
def test_a_closed_connection_ends_every_wait_with_its_code(code: int, reason: str) -> None:
    async def script(served: Served) -> None:
        await served.send(ANSWER[0], to=await served.request())
        await served.socket.close(code, reason)

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost) as lost:
                await turn.all_frames()
            with pytest.raises(ConnectionLost):
                await connection.post("And now?")

        assert (lost.value.code, lost.value.reason) == (code, reason)
        assert not connection.is_open

    run(test())


def test_a_dropped_connection_is_lost_without_a_goodbye() -> None:
    codes: list[int | None] = []

    async def script(served: Served) -> None:
        await served.socket.wait_closed()
        codes.append(served.socket.close_code)

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            await connection.drop()
            with pytest.raises(ConnectionLost, match="1006"):
                await connection.frame(lambda _: True)

    run(test())
    assert codes == [1006]


@pytest.mark.parametrize("strange", ["{", "[]", b"{}"])
def test_what_is_no_json_object_ends_the_connection(strange: str | bytes) -> None:
    async def script(served: Served) -> None:
        await served.socket.send(strange)
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(script) as url, Connection(url) as connection:
            with pytest.raises(BadFrame, match="no JSON object"):
                await connection.frame(lambda _: True)

    run(test())


def test_a_connection_that_was_never_opened_is_lost_from_the_start() -> None:
    async def test() -> None:
        connection = Connection("ws://127.0.0.1:9")
        await connection.close()
        await connection.drop()
        with pytest.raises(ConnectionLost, match="not connected yet"):
            await connection.send("{}")
        with pytest.raises(ConnectionLost, match="not connected yet"):
            await connection.frame(lambda _: True)

    run(test())


def test_resuming_a_turn_that_still_runs_waits_for_the_catch_up() -> None:
    request_ids: list[str] = []
    caught_up = s.opened(s.message(s.text("Hel")))

    async def begin(served: Served) -> None:
        request = await served.request()
        request_ids.append(request["request_id"])
        await served.send(*ANSWER[:2], to=request)

    async def go_on(served: Served) -> None:
        get = await served.request()
        await served.send(s.frame("getChat", caught_up["payload"]), to=get)
        await served.send(caught_up, *ANSWER[2:], to={"request_id": request_ids[0]})
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(begin, go_on) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)
            frames = await turn.all_frames()

        assert [_bare(frame) for frame in frames] == [*ANSWER[:2], caught_up, *ANSWER[2:]]

    run(test())


def _bare(frame: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in frame.items() if key != "request_id"}


def test_resuming_a_turn_that_ended_meanwhile_gives_the_stored_chat() -> None:
    stored = s.chat(s.message(s.text("Hello"), is_completed=True))

    async def begin(served: Served) -> None:
        await served.send(*ANSWER[:2], to=await served.request())

    async def look_up(served: Served) -> None:
        await served.send(s.frame("getChat", stored), to=await served.request())
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(begin, look_up) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)

            assert await turn.result() == stored

    run(test())


def test_resuming_a_turn_that_nothing_was_heard_of_asks_again_with_the_same_id() -> None:
    asked: list[dict[str, Any]] = []

    async def vanish(served: Served) -> None:
        asked.append(await served.request())

    async def reply(served: Served) -> None:
        asked.append(json.loads(await served.socket.recv()))
        await served.send(*ANSWER, to=asked[-1])
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(vanish, reply) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)
            await turn.result()

        assert asked[0] == asked[1]

    run(test())
