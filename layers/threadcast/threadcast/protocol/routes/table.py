"""The table of routes.

A further route is one row here, and what the row names: the request's and the frame's `TypedDict`
(`protocol.types`), the parser and its command (`protocol.requests`, `turns.commands`), and a use case that
`bootstrap.use_cases` constructs. The name of an event of its own is added to `ErrorEvent`. The dispatch of
messages, the quota, error frames, the JSON Schema, the AsyncAPI document, the clients' types and the table in
`docs/protocol.md` follow.
"""

from typing import Any, Final

from threadcast.domain.chat import ChatView
from threadcast.protocol.chat_payload import chat_payload
from threadcast.protocol.requests import parse_get, parse_post, parse_stop
from threadcast.protocol.routes.asset_routes import ASSET_ROUTES
from threadcast.protocol.routes.chat_routes import CHAT_ROUTES
from threadcast.protocol.routes.route import Reply, Route
from threadcast.protocol.types import frame_types as frames
from threadcast.protocol.types import request_types as requests
from threadcast.turns.get_chat import GetChat
from threadcast.turns.post_thread import PostThread
from threadcast.turns.stop_thread import StopAnswer, StopThread

__all__ = ["CHATS_GET", "CHATS_POST", "CHATS_STOP", "ROUTES", "TABLE"]


def _stop_payload(answer: StopAnswer, _: int) -> frames.StopPayload:
    return {"id": answer.chat_id, "message_id": answer.message_id, "stopped": answer.stopped}


CHATS_POST: Final = Route(
    request=requests.ChatsPost,
    parse=parse_post,
    use_case=PostThread,
    refusal="postThread",
    turn_frames=frames.TURN_FRAMES,
)
CHATS_STOP: Final = Route(
    request=requests.ChatsStop,
    parse=parse_stop,
    use_case=StopThread,
    replies=(Reply(StopAnswer, frames.StopThreadFrame, _stop_payload),),
)
CHATS_GET: Final = Route(
    request=requests.ChatsGet,
    parse=parse_get,
    use_case=GetChat,
    replies=(Reply(ChatView, frames.GetChatFrame, chat_payload),),
)

TABLE: Final[tuple[Route[Any, Any], ...]] = (
    CHATS_POST,
    CHATS_STOP,
    CHATS_GET,
    *CHAT_ROUTES,
    *ASSET_ROUTES,
)

ROUTES: Final[dict[str, Route[Any, Any]]] = {name: route for route in TABLE for name in route.names}
"""The route of each name that a client can send."""
