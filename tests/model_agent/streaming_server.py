"""An HTTP server that streams a model's script in an endpoint's framing."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.model_agent.scripted_model import (
    Cut,
    Fault,
    Hold,
    Model,
    ModelRequest,
    NoUsage,
    Piece,
    Refuse,
    Reply,
    Stop,
    Tokens,
    Truncate,
    Use,
)

__all__ = ["Framing", "serving"]


class Framing(Protocol):
    """An endpoint's wire format."""

    content_type: str

    def asked(self, body: Any, path: str) -> ModelRequest: ...

    def refusal(self, refuse: Refuse) -> tuple[dict[str, str], bytes]: ...

    def opening(self) -> bytes: ...

    def frames(self, piece: Piece) -> Iterator[bytes]: ...

    def closing(self, stop: Stop, tokens: Tokens | NoUsage) -> Iterator[bytes]: ...


@contextmanager
def serving(reply: Reply, framing: type[Framing], path: str = "") -> Iterator[Model]:
    """Serve on a free local port until the end of the block."""

    class Handler(_Handler):
        def talk(self, request: ModelRequest) -> None:
            model.requests.append(request)
            _respond(self, reply(request), self.framing)

    Handler.framing_class = framing

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """Ignore disconnects of clients."""

    server = Server(("127.0.0.1", 0), Handler)
    model = Model(f"http://127.0.0.1:{server.server_port}{path}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # small chunks on a connection in its second use would wait 40 ms each
    framing_class: type[Framing]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.framing = self.framing_class()
        self.talk(replace(self.framing.asked(body, self.path), peer=self.client_address))

    def talk(self, request: ModelRequest) -> None:
        raise NotImplementedError

    def refuse(self, refuse: Refuse) -> None:
        headers, body = self.framing.refusal(refuse)
        self.send_response(refuse.status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def open(self, *frames: bytes, only: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.framing.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.chunk(b"".join(frames)[:only])

    def chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def hold(self, hold: Hold) -> None:
        """Wait until the client disconnects; it must send nothing else."""
        hold.reached.set()
        try:
            gone = not self.connection.recv(1)
        except ConnectionError:
            gone = True
        self.close_connection = True
        if gone:
            hold.disconnected.set()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _respond(handler: _Handler, pieces: Sequence[Piece], framing: Framing) -> None:
    match pieces:
        case [Refuse() as refuse, *_]:
            handler.refuse(refuse)
        case [Hold(before_the_stream=True) as hold, *_]:
            handler.hold(hold)
        case [*_, Cut(after)]:
            handler.open(framing.opening(), *_frames(pieces, framing), only=after)
            handler.end()
        case _:
            _stream(handler, pieces, framing)


def _stream(handler: _Handler, pieces: Sequence[Piece], framing: Framing) -> None:
    handler.open(framing.opening())
    for piece in pieces:
        match piece:
            case Hold():
                handler.hold(piece)
                return
            case Truncate(politely=True):
                handler.end()
                return
            case Truncate():
                handler.wfile.write(b"ffff\r\n\x00\x00\x01")
                handler.close_connection = True
                return
            case _:
                for frame in framing.frames(piece):
                    handler.chunk(frame)
                if isinstance(piece, Fault):
                    handler.end()
                    return
    for frame in _closing(pieces, framing):
        handler.chunk(frame)
    handler.end()


def _frames(pieces: Sequence[Piece], framing: Framing) -> Iterator[bytes]:
    for piece in pieces:
        yield from framing.frames(piece)
    yield from _closing(pieces, framing)


def _closing(pieces: Sequence[Piece], framing: Framing) -> Iterator[bytes]:
    reason = "tool_use" if any(isinstance(piece, Use) for piece in pieces) else "end_turn"
    stop = next((piece for piece in pieces if isinstance(piece, Stop)), Stop(reason))
    tokens = next((piece for piece in pieces if isinstance(piece, Tokens | NoUsage)), Tokens(100, 20))
    return framing.closing(stop, tokens)
