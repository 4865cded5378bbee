"""The access rule for servers of the standard library's `http.server`, and of werkzeug, which extends it."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

from local_gateway.access.access_rule import AccessRule

__all__ = ["RestrictedHandler"]


class RestrictedHandler(BaseHTTPRequestHandler):
    """Refuses requests with 403 before a method is called. Subclasses may set another `access`."""

    access = AccessRule()

    def parse_request(self) -> bool:
        """Parse and check a request's head (called by http.server); return False once it is answered."""
        if not super().parse_request():
            return False
        refusal = self.access.refusal(self.path, self.headers.items())
        if refusal is None:
            return True
        self.close_connection = True  # its body is not read, and must not be read as the next request
        body = json.dumps({"message": refusal}).encode()
        self.send_response(HTTPStatus.FORBIDDEN)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        return False
