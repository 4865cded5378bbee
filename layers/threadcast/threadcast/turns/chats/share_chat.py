"""Answers `/chats/share`: grants and revokes roles on a chat, within the user's own organisation."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.errors import BadRequest
from threadcast.ports import ChatEdits, ChatStore, Clock, Directory, StoredChat
from threadcast.turns.chats.commands import ShareRequest
from threadcast.turns.chats.stale_reads import StaleReadRetry
from threadcast.turns.opening.target import chat_with_role
from threadcast.turns.request_context import RequestContext

__all__ = ["ChatShared", "ShareChat"]


@dataclass(frozen=True, slots=True)
class ChatShared:
    """The chat with its roles, and the addresses that belong to no user of the organisation."""

    view: ChatView
    not_found: tuple[str, ...]


class ShareChat:
    """The use case of `/chats/share`.

    An address is looked up in the directory of the organisation of the user who shares: one that nobody has
    and one of another organisation are answered alike, so that nobody can find out who uses the service.
    """

    def __init__(
        self,
        chats: ChatStore,
        edits: ChatEdits,
        directory: Directory,
        clock: Clock,
        policy: TurnPolicy,
        retry: StaleReadRetry,
    ) -> None:
        self._chats = chats
        self._edits = edits
        self._directory = directory
        self._clock = clock
        self._policy = policy
        self._retry = retry

    def serve(self, request: ShareRequest, context: RequestContext) -> Iterator[ChatShared]:
        """Yield the chat as it is shared now.

        Raises `NotFound`, `Unauthorized`, `BadRequest` from a user without an organisation for sharing with
        it, or `StoreUnavailable`. A request that is repeated changes nothing more.
        """
        yield self._retry(lambda: self._share(request, context.user))

    def _share(self, request: ShareRequest, user: User) -> ChatShared:
        organization_id = user.organization_id
        chat = self._shareable(request.chat_id, user).chat
        if request.workspace is not None and organization_id is None:
            raise BadRequest("workspace_sharing needs an organisation, which you do not have")
        emails = [email for email, _ in request.users] + list(request.removed)
        found = self._directory.find(organization_id, emails) if organization_id and emails else {}
        grants = {found[email]: role for email, role in request.users if email in found}
        grants.pop(chat.owner.id, None)
        if chat.shared_at is None and (grants or request.workspace is not None):
            self._edits.change(chat.share(self._clock.now()))
        for user_id, role in grants.items():
            self._grant(chat.id, Principal("user", user_id), role)
        for email in request.removed:
            if email in found:
                self._edits.revoke(chat.id, Principal("user", found[email]))
        if request.workspace is not None and organization_id is not None:
            everybody = Principal("org", organization_id)
            if request.workspace == "none":
                self._edits.revoke(chat.id, everybody)
            else:
                self._grant(chat.id, everybody, request.workspace)
        view = self._shareable(chat.id, user).view().without_running_answer(user.id)
        return ChatShared(view, tuple(email for email in dict.fromkeys(emails) if email not in found))

    def _grant(self, chat_id: str, principal: Principal, role: Role) -> None:
        self._edits.grant(chat_id, Grant(principal, role), self._clock.now())

    def _shareable(self, chat_id: str, user: User) -> StoredChat:
        max_bytes = self._policy.history_bytes
        return chat_with_role(Role.FULL_ACCESS, "share it", chat_id, user, self._chats, max_bytes)
