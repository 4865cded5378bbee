"""The routes of the protocol: one row for each, from which dispatch, schema and clients' types are made."""

from threadcast.protocol.routes.route import Reply, Route, UseCase
from threadcast.protocol.routes.table import CHATS_GET, CHATS_POST, CHATS_STOP, ROUTES, TABLE

__all__ = ["CHATS_GET", "CHATS_POST", "CHATS_STOP", "ROUTES", "TABLE", "Reply", "Route", "UseCase"]
