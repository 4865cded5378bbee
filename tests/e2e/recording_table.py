"""DynamoDB as the gateway emulates it, which also records what each function has asked of it.

Run as a program: FILE, then the arguments of `moto_server.main`. Each line of FILE is a JSON array: the name
of the function, then the fields of an `Access`; a key stands for all with its prefix, no line is repeated.
"""

import io
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from local_gateway.dynamodb.moto_server import WsgiApplication, dynamodb_application, serve
from tests.dynamodb_accesses import accesses_of

_CALLER = re.compile(r"\bapp/(\S+)")


def recording(application: WsgiApplication, record: IO[str]) -> WsgiApplication:
    """Return the application; what a request needs is recorded before it runs."""
    recorded: set[str] = set()
    lock = threading.Lock()

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        caller = _CALLER.search(environ.get("HTTP_USER_AGENT", ""))
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if caller is not None:  # not one of the tests' own clients
            for access in accesses_of(operation, json.loads(body), ""):
                keys = sorted({re.sub("#.*", "#…", key) for key in access.leading_keys})
                line = json.dumps([caller[1], access.action, access.resource, keys])
                with lock:
                    if line not in recorded:
                        recorded.add(line)
                        record.write(f"{line}\n")
                        record.flush()
        return application(environ, start_response)

    return run


def main(path: str, host: str, port: str, *names: str) -> None:
    """Serve until standard input closes."""
    with Path(path).open("a", encoding="utf-8") as record:
        serve(recording(dynamodb_application(), record), host, int(port), *names)


if __name__ == "__main__":
    main(*sys.argv[1:])
