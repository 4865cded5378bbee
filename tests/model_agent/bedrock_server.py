"""A scripted model behind Bedrock's ConverseStream: `application/vnd.amazon.eventstream` with CRCs.

The framing is Smithy's: https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import json
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from zlib import crc32

from tests.model_agent.scripted_model import (
    Fault,
    Garbage,
    Model,
    ModelRequest,
    NoUsage,
    Piece,
    Refuse,
    Reply,
    Say,
    Stop,
    Think,
    Tokens,
    Use,
)
from tests.model_agent.streaming_server import serving

__all__ = ["bedrock_server", "event_message"]

_STRING = 7
_MASKED = {
    "outputAssessments": {
        "gr1": [
            {
                "sensitiveInformationPolicy": {
                    "piiEntities": [
                        {"type": "NAME", "match": "Ann", "action": "ANONYMIZED", "detected": True},
                    ]
                }
            }
        ]
    }
}


def bedrock_server(reply: Reply) -> AbstractContextManager[Model]:
    return serving(reply, _Bedrock)


def event_message(headers: dict[str, str], payload: bytes) -> bytes:
    """Return one message: lengths, their CRC, headers, payload, the CRC of the message."""
    packed = b"".join(
        struct.pack(">B", len(name))
        + name.encode()
        + struct.pack(">BH", _STRING, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 12 + len(packed) + len(payload) + 4, len(packed))
    message = prelude + struct.pack(">I", crc32(prelude)) + packed + payload
    return message + struct.pack(">I", crc32(message))


def _event(kind: str, payload: dict[str, Any]) -> bytes:
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return event_message(headers, json.dumps(payload).encode())


class _Bedrock:
    content_type = "application/vnd.amazon.eventstream"

    def __init__(self) -> None:
        self._block = -1

    def asked(self, body: Any, path: str) -> ModelRequest:
        last = body["messages"][-1]["content"]
        results = [block["toolResult"] for block in last if "toolResult" in block]
        return ModelRequest(
            system="\n".join(block["text"] for block in body.get("system", []) if "text" in block),
            messages=[
                (message["role"], block["text"])
                for message in body["messages"]
                for block in message["content"]
                if "text" in block
            ],
            tools=tuple(
                tool["toolSpec"]["name"]
                for tool in body.get("toolConfig", {}).get("tools", [])
                if "toolSpec" in tool
            ),
            results=tuple(block["text"] for result in results for block in result["content"]),
            body=body,
            path=path,
        )

    def refusal(self, refuse: Refuse) -> tuple[dict[str, str], bytes]:
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": refuse.code}
        return headers, json.dumps({"message": refuse.message}).encode()

    def opening(self) -> bytes:
        return _event("messageStart", {"role": "assistant"})

    def frames(self, piece: Piece) -> Iterator[bytes]:
        match piece:
            case Say(chunks):
                yield from self._deltas({"text": chunk} for chunk in chunks)
            case Think(chunks, signature):
                thoughts = [{"text": chunk} for chunk in chunks]
                signed = [{"signature": signature}] if signature else []
                yield from self._deltas({"reasoningContent": part} for part in thoughts + signed)
            case Use(name=name, id=id_, text=text):
                start = {"toolUse": {"toolUseId": id_, "name": name}}
                yield _event("contentBlockStart", {"contentBlockIndex": self._block + 1, "start": start})
                halves = (text[: len(text) // 2], text[len(text) // 2 :])
                yield from self._deltas({"toolUse": {"input": half}} for half in halves)
            case Garbage(data):
                yield data
            case Fault(code, message):
                headers = {
                    ":exception-type": code[0].lower() + code[1:],
                    ":content-type": "application/json",
                    ":message-type": "exception",
                }
                yield event_message(headers, json.dumps({"message": message}).encode())

    def closing(self, stop: Stop, tokens: Tokens | NoUsage) -> Iterator[bytes]:
        yield _event("messageStop", {"stopReason": stop.reason})
        if isinstance(tokens, NoUsage):
            return
        usage = {
            "inputTokens": tokens.read,
            "outputTokens": tokens.written,
            "totalTokens": tokens.read + tokens.written,
            "cacheReadInputTokens": tokens.cached,
        }
        trace = {"trace": {"guardrail": _MASKED}} if stop.masked else {}
        yield _event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}, **trace})

    def _deltas(self, deltas: Iterator[dict[str, Any]]) -> Iterator[bytes]:
        self._block += 1
        for delta in deltas:
            yield _event("contentBlockDelta", {"contentBlockIndex": self._block, "delta": delta})
        yield _event("contentBlockStop", {"contentBlockIndex": self._block})
