"""Resolves the host names of API Gateway inside a function's process, so that no post leaves the machine.

`https://{api}.execute-api.{region}.amazonaws.com` reaches the gateway's TLS listener. Every other host of
API Gateway does not exist, as `execute-api.{region}.amazonaws.com` on AWS: boto3 uses that one without an
`endpoint_url` (https://github.com/aws/aws-sdk-go/issues/2818).
"""

import re
import socket
from typing import Any

__all__ = ["install"]

_API_GATEWAY = re.compile(r"([a-z0-9-]+\.)?execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\.?")

_getaddrinfo = socket.getaddrinfo


def install(hosts: str) -> None:
    """Replace the resolver of this process; `hosts` is `name=address:port`, separated by commas."""
    local = {}
    for pair in filter(None, hosts.split(",")):
        name, _, address = pair.partition("=")
        host, _, port = address.rpartition(":")
        local[name] = (host, int(port))

    def getaddrinfo(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        name = (host.decode() if isinstance(host, bytes) else str(host)).lower()
        if name.rstrip(".") in local:
            host, port = local[name.rstrip(".")]
        elif _API_GATEWAY.fullmatch(name):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _getaddrinfo(host, port, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
