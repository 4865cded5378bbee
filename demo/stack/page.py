"""The web page of a running stack: the built files, its configuration, and the demo users' tokens."""

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from demo.stack.demo_user import DEMO_USER, DemoUser, user_named
from demo.stack.token_signer import TokenSigner
from local_gateway import Gateway

__all__ = ["ServedPage", "built_page", "temporary_folder"]

_BUILT = Path(__file__).parents[2] / "web" / "dist"
_OUTSIDER = DemoUser(user_named("Eve").id, "Eve", "another-organization")
_USERS = (
    (DEMO_USER, "owns the samples"),
    (user_named("Bob"), "may view the samples"),
    (_OUTSIDER, "is of another organization, and sees none"),
)


def built_page() -> Path | None:
    """Return the folder of the built page; None before it is built."""
    return _BUILT if (_BUILT / "index.html").is_file() else None


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that only this user can read."""
    with tempfile.TemporaryDirectory(prefix="threadcast-page-") as folder:
        yield Path(folder)


class ServedPage:
    """A copy of the built page, with files that only a running stack can write."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(built, folder, dirs_exist_ok=True)

    def admit_demo_users(self, gateway: Gateway, signer: TokenSigner | None) -> str:
        """Write the page's configuration and its users' tokens; return the address to open.

        The name of the file with the tokens has a random key, which is in the address's fragment: another
        user of this machine, who can connect to the port too, does not find it.
        """
        socket = urlsplit(gateway.websocket_url)
        (self.folder / "config.json").write_text(json.dumps({"socket": socket.path}))
        address = f"http://{socket.netloc}/"
        if signer is None:
            return address
        key = secrets.token_urlsafe(24)
        users = [{"name": user.name, "about": about, "token": signer.sign(user)} for user, about in _USERS]
        (self.folder / f"users-{key}.json").write_text(json.dumps(users))
        return f"{address}#demo={key}"
