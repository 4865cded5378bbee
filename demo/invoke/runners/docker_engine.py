"""Docker's availability and its network address; as a command, exits 0 if Docker is available."""

import shutil
import socket
import subprocess
from typing import Final

__all__ = ["LOOPBACK", "container_interface", "docker_is_available"]

LOOPBACK: Final = "127.0.0.1"
_TIMEOUT_S: Final = 5.0
_GATEWAY: Final = "{{(index .IPAM.Config 0).Gateway}}"


def docker_is_available() -> bool:
    """Whether a Docker engine answers within 5 s."""
    return _docker("info", "--format", "{{.ServerVersion}}") != ""


def container_interface() -> str:
    """Return the address on this machine at which containers reach it.

    That is the bridge's on Linux; Docker Desktop forwards to the loopback interface instead.
    """
    gateway = _docker("network", "inspect", "bridge", "--format", _GATEWAY)
    try:
        with socket.socket() as probe:
            probe.bind((gateway or LOOPBACK, 0))
    except OSError:
        return LOOPBACK
    return gateway or LOOPBACK


def _docker(*arguments: str) -> str:
    """Return what a docker command prints; "" if it fails, takes too long, or is not installed."""
    docker = shutil.which("docker")
    if docker is None:
        return ""
    try:
        ran = subprocess.run(  # noqa: S603 - docker itself
            [docker, *arguments], text=True, capture_output=True, timeout=_TIMEOUT_S, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return ran.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(not docker_is_available())
