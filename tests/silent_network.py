"""A TCP proxy whose connections can stop without a sign: no FIN, no RST, as after a NAT entry has expired."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["SilentProxy", "silent_proxy"]

_CHUNK_BYTES = 65_536


class SilentProxy:
    """Forwards TCP connections to a port of this machine; `stop_forwarding` ends that for the open ones."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._stopped = threading.Event()
        self.accepted = 0
        self._threads[0].start()

    @property
    def url(self) -> str:
        """The address that clients use."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def stop_forwarding(self) -> None:
        """Drop everything that is sent over the connections that are open now, in both directions."""
        self._stopped.set()
        self._stopped = threading.Event()

    def close(self) -> None:
        """Close every socket, and wait for every thread."""
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self.accepted += 1
                self._sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    thread = threading.Thread(target=_forward, args=(source, sink, self._stopped))
                    self._threads.append(thread)
                    thread.start()


def _forward(source: socket.socket, sink: socket.socket, stopped: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK_BYTES):
            if not stopped.is_set():
                sink.sendall(data)
        if not stopped.is_set():
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def silent_proxy(target_port: int) -> Iterator[SilentProxy]:
    """Run a proxy until the end of the block."""
    proxy = SilentProxy(target_port)
    try:
        yield proxy
    finally:
        proxy.close()
