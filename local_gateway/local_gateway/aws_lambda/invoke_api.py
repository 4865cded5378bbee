"""Lambda's Invoke API over HTTP, the endpoint of boto3's `lambda.invoke`.

Reference: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import asyncio
import base64
import json
import uuid

from aiohttp import web

from local_gateway.access.signature import MISSING_SIGNATURE, is_signed
from local_gateway.aws_lambda.invocation import MAX_EVENT_BYTES, MAX_PAYLOAD_BYTES
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.aws_lambda.lambda_service import LambdaService

__all__ = ["InvokeApi"]

_LOG_TAIL_BYTES = 4096


class InvokeApi:
    """Handles `POST /2015-03-31/functions/{name}/invocations`."""

    def __init__(self, service: LambdaService, region: str, account: str) -> None:
        self._service = service
        self._arn_prefix = f"arn:aws:lambda:{region}:{account}:function:"

    def add_to(self, app: web.Application) -> None:
        """Add the API's route to an application."""
        app.router.add_post("/2015-03-31/functions/{name}/invocations", self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """Handle one Invoke request."""
        name = request.match_info["name"]
        payload = await request.read() or b"{}"
        if not (is_signed(request.headers.get("Authorization")) or "X-Amz-Signature" in request.query):
            return _error(403, *MISSING_SIGNATURE)
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        limit = MAX_EVENT_BYTES if kind == "Event" else MAX_PAYLOAD_BYTES
        if len(payload) > limit:
            return _error(
                413,
                "RequestTooLargeException",
                f"{len(payload)} byte payload is too large for the {kind} invocation type "
                f"(limit {limit} bytes)",
            )
        if not _is_json(payload):
            return _error(400, "InvalidRequestContentException", "Could not parse request body into json")
        try:
            return await self._invoke(name, kind, payload, request)
        except FunctionMissing:
            return _error(
                404, "ResourceNotFoundException", f"Function not found: {self._arn_prefix}{name}", Type="User"
            )
        except Throttled as problem:
            return _error(
                429, "TooManyRequestsException", "Rate Exceeded.", Reason=problem.reason, Type="User"
            )

    async def _invoke(self, name: str, kind: str, payload: bytes, request: web.Request) -> web.Response:
        if kind == "DryRun":
            self._service.pool(name)
            return web.Response(status=204)
        if kind == "Event":
            request_id = self._service.invoke_event(name, payload)
            return web.Response(status=202, headers={"x-amzn-RequestId": request_id})
        if kind != "RequestResponse":
            return _error(400, "InvalidParameterValueException", f"unknown invocation type {kind}")
        context = _client_context(request.headers.get("X-Amz-Client-Context"))
        invocation = self._service.invoke(name, payload, context)
        # The function continues to run when its caller disconnects.
        outcome = await asyncio.shield(invocation.outcome)
        headers = {"x-amzn-RequestId": invocation.request_id, "X-Amz-Executed-Version": "$LATEST"}
        if outcome.error is not None:
            headers["X-Amz-Function-Error"] = outcome.error
        if request.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = self._log_tail(name, invocation.request_id)
        return web.Response(body=outcome.payload, headers=headers, content_type="application/json")

    def _log_tail(self, name: str, request_id: str) -> str:
        """Return the last 4 KB of the invocation's log, as base64."""
        log = self._service.pool(name).log
        text = "\n".join(line.text for line in log.lines if line.request_id == request_id)
        return base64.b64encode(text.encode()[-_LOG_TAIL_BYTES:]).decode()


def _client_context(header: str | None) -> str | None:
    """Decode the caller's context to one line of JSON for the runtime; None if it has none."""
    try:
        return json.dumps(json.loads(base64.b64decode(header))) if header else None
    except ValueError:
        return None


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True


def _error(status: int, kind: str, message: str, **more: str) -> web.Response:
    return web.json_response(
        {"message": message, **more},
        status=status,
        headers={"x-amzn-ErrorType": kind, "x-amzn-RequestId": str(uuid.uuid4())},
    )
