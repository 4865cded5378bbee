"""The connection, against a scripted server."""

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from tests.client import sample_frames as s
from tests.client.scripted_server import ServerEnd, run, running_server
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
    s.initialize_chat(),
    s.response_frame(s.text(chunk="Hel")),
    s.response_frame(s.text("Hello")),
    s.complete(s.message(s.text("Hello"))),
]


async def answer(server: ServerEnd) -> None:
    """Answer one request with a whole turn, then wait for the close frame."""
    await server.send(*ANSWER, in_reply_to=await server.receive_request())
    await server.socket.wait_closed()


async def send_nothing(server: ServerEnd) -> None:
    """Send nothing until the client closes the connection."""
    await server.socket.wait_closed()


@pytest.mark.parametrize(
    ("auth_in", "path", "header", "subprotocol"),
    [
        ("query", "/local?v=1&authentication=a.b%2Bc", None, None),
        ("header", "/local?v=1", "Bearer a.b+c", None),
        ("subprotocol", "/local?v=1", None, "bearer"),
    ],
)
def test_the_token_is_sent_in_the_chosen_part_of_the_handshake(
    auth_in: "AuthIn", path: str, header: str | None, subprotocol: str | None
) -> None:
    received: list[Any] = []

    async def listen(server: ServerEnd) -> None:
        request = server.socket.request
        assert request is not None
        received.extend([request.path, request.headers.get("Authorization"), server.socket.subprotocol])

    async def test() -> None:
        async with (
            running_server(listen, subprotocols=["bearer"] if subprotocol else None) as url,
            Connection(f"{url}?v=1", "a.b+c", auth_in=auth_in),
        ):
            pass

    run(test())
    assert received == [path, header, subprotocol]


def test_a_server_that_does_not_select_the_subprotocol_is_refused_as_in_browsers() -> None:
    async def test() -> None:
        async with running_server(answer) as url:
            with pytest.raises(HandshakeRefused) as refused:
                await Connection(url, "a.b.c", auth_in="subprotocol").open()
        assert refused.value.status == 101

    run(test())


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_GATEWAY])
def test_a_refused_handshake_raises_its_status(status: HTTPStatus) -> None:
    async def test() -> None:
        async with running_server(refuse_with=status) as url:
            with pytest.raises(HandshakeRefused, match=str(status.value)) as refused:
                await Connection(url).open()
        assert refused.value.status == status

    run(test())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1/x", "the address must begin with ws:// or wss://"),
        ("127.0.0.1:3001/prod", "the address must begin with ws:// or wss://"),
        ("ws:///prod", "the address names no host"),
        ("ws://127.0.0.1:99999/prod", "the address is not valid: Port out of range 0-65535"),
        ("ws://127.0.0.1/prod#x", "the address must have no #fragment"),
    ],
)
def test_an_invalid_address_raises_before_connecting_and_without_the_token(url: str, message: str) -> None:
    with pytest.raises(BadAddress) as bad:
        asyncio.run(Connection(f"{url}?authentication=secret" if "#" not in url else url, "secret").open())

    assert str(bad.value) == message


def test_a_closed_port_raises_connection_lost() -> None:
    async def test() -> None:
        async with running_server() as url:
            pass
        with pytest.raises(ConnectionLost) as lost:
            await Connection(url).open()
        assert lost.value.code is None
        assert str(lost.value) == f"no connection: no server listens at {url.split('/')[2]}"

    run(test())


def test_a_server_without_websockets_raises_handshake_refused_or_timed_out() -> None:
    async def never_answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _reader.read()
        writer.close()

    async def answer_in_smtp(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n\r\n")
        writer.close()

    async def test() -> None:
        async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as silent:
            with pytest.raises(TimedOut, match=r"timed out after 0\.05 s waiting for the handshake"):
                await Connection(_address(silent), timeout_s=0.05).open()
        async with await asyncio.start_server(answer_in_smtp, "127.0.0.1", 0) as other:
            with pytest.raises(HandshakeRefused) as refused:
                await Connection(_address(other)).open()
        assert refused.value.status is None

    run(test())


def _address(server: asyncio.Server) -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_long_request_is_sent_in_frames_within_the_quota_of_api_gateway() -> None:
    frames: list[str] = []

    async def listen(server: ServerEnd) -> None:
        frames.extend([str(frame) async for frame in server.socket.recv_streaming()])

    async def test() -> None:
        async with running_server(listen) as url, Connection(url) as connection:
            await connection.post("年" * 20_000, request_id="r-1")

    run(test())
    assert max(map(len, frames)) <= 32_768
    assert json.loads("".join(frames))["payload"] == {"prompt": "年" * 20_000}


def test_a_post_sends_its_arguments_and_its_turn_returns_the_frames() -> None:
    async def test() -> None:
        requests: list[dict[str, Any]] = []

        async def script(server: ServerEnd) -> None:
            requests.append(await server.receive_request())
            await server.send(*ANSWER, in_reply_to=requests[0])
            await server.socket.wait_closed()

        async with running_server(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?", chat_id=s.CHAT_ID, request_id="r-1")
            events = [frame["event"] async for frame in turn]
            chat = await turn.result()

        payload = {"prompt": "Why?", "chat_id": s.CHAT_ID}
        assert requests == [{"route": "/chats/post", "payload": payload, "request_id": "r-1"}]
        assert events == [frame["event"] for frame in ANSWER]
        assert chat == ANSWER[-1]["payload"]
        assert (turn.chat_id, turn.message_id) == (s.CHAT_ID, s.MESSAGE_ID)

    run(test())


def test_turns_on_one_connection_are_separated_by_request_id() -> None:
    async def interleave(server: ServerEnd) -> None:
        first, second = await server.receive_request(), await server.receive_request()
        for frame in ANSWER:
            await server.send(frame, in_reply_to=second)
            await server.send(frame, in_reply_to=first)
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(interleave) as url, Connection(url) as connection:
            turns = [await connection.post("One?"), await connection.post("Two?")]
            results = await asyncio.gather(*(turn.all_frames() for turn in turns))

        assert [{frame["request_id"] for frame in frames} for frames in results] == [
            {turn.request_id} for turn in turns
        ]
        assert len(connection.frames) == 2 * len(ANSWER)

    run(test())


def test_frames_of_a_request_without_an_id_are_matched_by_route_and_chat() -> None:
    other = {**s.chat(), "id": s.OTHER_ID}

    async def script(server: ServerEnd) -> None:
        request = await server.receive_request()
        assert "request_id" not in request
        await server.send(
            {**s.initialize_chat(), "route": "postThread"}, {**s.initialize_chat(), "request_id": "another"}
        )
        await server.send(ANSWER[0], s.frame("initializeChat", other), *ANSWER[1:])
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            turn = await connection.request("/chats/post", {"prompt": "Why?"}, request_id=None)

            assert await turn.all_frames() == ANSWER

    run(test())


@pytest.mark.parametrize(
    ("frame", "code", "text"),
    [
        (s.error_frame("NOT_FOUND", "Chat not found"), "NOT_FOUND", "NOT_FOUND: Chat not found"),
        ({**s.error_frame(), "event": "error"}, "BAD_REQUEST", "BAD_REQUEST: No."),
        ({**s.error_frame(), "event": "error", "route": None}, "BAD_REQUEST", "BAD_REQUEST: No."),
        (s.gateway_frame("Endpoint request timed out"), None, "API Gateway: Endpoint request timed out"),
    ],
)
def test_a_failed_request_raises_the_error_of_its_frame(
    frame: dict[str, Any], code: str | None, text: str
) -> None:
    async def script(server: ServerEnd) -> None:
        await server.receive_request()
        await server.send(frame)
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(TurnFailed) as error:
                await turn.result()

        assert (error.value.code, str(error.value), error.value.frame) == (code, text, frame)
        assert turn.frames == [frame]

    run(test())


def test_a_frame_from_api_gateway_does_not_end_a_turn_that_has_frames() -> None:
    async def script(server: ServerEnd) -> None:
        request = await server.receive_request()
        await server.send(ANSWER[0], in_reply_to=request)
        await server.send(s.gateway_frame())
        await server.send(*ANSWER[1:], in_reply_to=request)
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            frames = await (await connection.post("Why?")).all_frames()

        assert [frame["event"] for frame in frames] == [frame["event"] for frame in ANSWER]

    run(test())


def test_stop_and_get_return_their_replies() -> None:
    async def script(server: ServerEnd) -> None:
        stop = await server.receive_request()
        await server.send(s.frame("stopThread", {**stop["payload"], "stopped": True}), in_reply_to=stop)
        get = await server.receive_request()
        await server.send(s.frame("getChat", s.chat(title=get["payload"]["id"])), in_reply_to=get)
        await server.send(
            {**s.error_frame("NOT_FOUND"), "event": "getChat"}, in_reply_to=await server.receive_request()
        )
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            assert await connection.stop(s.CHAT_ID, s.MESSAGE_ID) is True
            assert await connection.get(s.CHAT_ID) == s.chat(title=s.CHAT_ID)
            with pytest.raises(TurnFailed):
                await connection.get(s.OTHER_ID)

    run(test())


def test_every_wait_times_out() -> None:
    async def test() -> None:
        async with running_server(send_nothing) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            connection.timeout_s = turn.timeout_s = 0.02  # the handshake may take longer on a busy machine
            with pytest.raises(TimedOut, match=r"after 0\.02 s waiting for the next frame of /chats/post"):
                await anext(turn)
            with pytest.raises(TimedOut, match=r"after 0\.01 s waiting for the last frame of /chats/post"):
                await turn.all_frames(timeout_s=0.01)
            with pytest.raises(TimedOut, match=r"after 0\.02 s waiting for a matching frame"):
                await connection.frame(lambda _: True)

    run(test())


def test_a_matching_frame_is_found_among_received_and_later_frames() -> None:
    async def script(server: ServerEnd) -> None:
        await server.send(s.initialize_chat(), s.title_frame("Ma"))
        await server.socket.recv()
        await server.send(s.title_frame("rch"))
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            first = await connection.frame(lambda frame: frame["event"] == "generatingTitle")
            await connection.send("not JSON at all")
            second = await connection.frame(lambda frame: frame["event"] == "generatingTitle", since=2)

        assert [first, second] == [s.title_frame("Ma"), s.title_frame("rch")]

    run(test())


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "Going away"), (1009, "too large")])
def test_a_closed_connection_ends_every_wait_with_its_close_code(code: int, reason: str) -> None:
    async def script(server: ServerEnd) -> None:
        await server.send(ANSWER[0], in_reply_to=await server.receive_request())
        await server.socket.close(code, reason)

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost) as lost:
                await turn.all_frames()
            with pytest.raises(ConnectionLost):
                await connection.post("And now?")

        assert (lost.value.code, lost.value.reason) == (code, reason)
        assert not connection.is_open

    run(test())


def test_a_dropped_connection_closes_without_a_close_frame() -> None:
    codes: list[int | None] = []

    async def script(server: ServerEnd) -> None:
        await server.socket.wait_closed()
        codes.append(server.socket.close_code)

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            await connection.drop()
            with pytest.raises(ConnectionLost, match="1006"):
                await connection.frame(lambda _: True)

    run(test())
    assert codes == [1006]


@pytest.mark.parametrize("message", ["{", "[]", b"{}"])
def test_a_message_that_is_not_a_json_object_closes_the_connection(message: str | bytes) -> None:
    async def script(server: ServerEnd) -> None:
        await server.socket.send(message)
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            with pytest.raises(BadFrame, match="not a JSON object"):
                await connection.frame(lambda _: True)

    run(test())


def test_a_connection_that_was_never_opened_raises_connection_lost() -> None:
    async def test() -> None:
        connection = Connection("ws://127.0.0.1:9")
        await connection.close()
        await connection.drop()
        with pytest.raises(ConnectionLost, match="not connected yet"):
            await connection.send("{}")
        with pytest.raises(ConnectionLost, match="not connected yet"):
            await connection.frame(lambda _: True)

    run(test())


def test_resuming_a_running_turn_waits_for_the_catch_up() -> None:
    request_ids: list[str] = []
    caught_up = s.initialize_chat(s.message(s.text("Hel")))

    async def start_answer(server: ServerEnd) -> None:
        request = await server.receive_request()
        request_ids.append(request["request_id"])
        await server.send(*ANSWER[:2], in_reply_to=request)

    async def catch_up(server: ServerEnd) -> None:
        get = await server.receive_request()
        await server.send(s.frame("getChat", caught_up["payload"]), in_reply_to=get)
        await server.send(caught_up, *ANSWER[2:], in_reply_to={"request_id": request_ids[0]})
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(start_answer, catch_up) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)
            frames = await turn.all_frames()

        assert [_without_request_id(frame) for frame in frames] == [*ANSWER[:2], caught_up, *ANSWER[2:]]

    run(test())


def _without_request_id(frame: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in frame.items() if key != "request_id"}


def test_resuming_an_ended_turn_returns_the_stored_chat() -> None:
    stored = s.chat(s.message(s.text("Hello"), is_completed=True))

    async def start_answer(server: ServerEnd) -> None:
        await server.send(*ANSWER[:2], in_reply_to=await server.receive_request())

    async def answer_get(server: ServerEnd) -> None:
        await server.send(s.frame("getChat", stored), in_reply_to=await server.receive_request())
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(start_answer, answer_get) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)

            assert await turn.result() == stored

    run(test())


def test_resuming_a_turn_without_frames_sends_the_request_again_with_the_same_id() -> None:
    requests: list[dict[str, Any]] = []

    async def close_after_request(server: ServerEnd) -> None:
        requests.append(await server.receive_request())

    async def reply(server: ServerEnd) -> None:
        requests.append(json.loads(await server.socket.recv()))
        await server.send(*ANSWER, in_reply_to=requests[-1])
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(close_after_request, reply) as url, Connection(url) as connection:
            turn = await connection.post("Why?")
            with pytest.raises(ConnectionLost):
                await turn.all_frames()
            await connection.resume(turn)
            await turn.result()

        assert requests[0] == requests[1]

    run(test())
