"""A scripted model behind OpenAI's Chat Completions API, with server-sent events."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

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

__all__ = ["openai_server"]

_REASONS = {
    "end_turn": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
}
_CODES = {
    "ThrottlingException": "rate_limit_exceeded",
    "AccessDeniedException": "invalid_api_key",
    "ValidationException": "invalid_request_error",
}


def openai_server(reply: Reply) -> AbstractContextManager[Model]:
    return serving(reply, _OpenAI, path="/v1")


class _OpenAI:
    content_type = "text/event-stream"

    def __init__(self) -> None:
        self._uses = -1

    def asked(self, body: Any, path: str) -> ModelRequest:
        messages = body["messages"]
        results = []
        for message in reversed(messages):
            if message["role"] != "tool":
                break
            results.insert(0, _text(message["content"]))
        return ModelRequest(
            system="\n".join(_text(found["content"]) for found in messages if found["role"] == "system"),
            messages=[
                (found["role"], _text(found["content"]))
                for found in messages
                if found["role"] in {"user", "assistant"} and found.get("content")
            ],
            tools=tuple(tool["function"]["name"] for tool in body.get("tools", [])),
            results=tuple(results),
            body=body,
            path=path,
        )

    def refusal(self, refuse: Refuse) -> tuple[dict[str, str], bytes]:
        return {"Content-Type": "application/json"}, json.dumps(_error(refuse.code, refuse.message)).encode()

    def opening(self) -> bytes:
        return _chunk({"role": "assistant", "content": ""})

    def frames(self, piece: Piece) -> Iterator[bytes]:
        match piece:
            case Say(chunks):
                for chunk in chunks:
                    yield _chunk({"content": chunk})
            case Think(chunks):
                for chunk in chunks:
                    yield _chunk({"reasoning_content": chunk})
            case Use(name=name, id=id_, text=text):
                self._uses += 1
                head = {"index": self._uses, "id": id_, "type": "function"}
                yield _chunk({"tool_calls": [{**head, "function": {"name": name, "arguments": text[:5]}}]})
                tail = {"index": self._uses, "function": {"arguments": text[5:]}}
                yield _chunk({"tool_calls": [tail]})
            case Garbage(data):
                yield data
            case Fault(code, message):
                yield b"data: " + json.dumps(_error(code, message)).encode() + b"\n\n"

    def closing(self, stop: Stop, tokens: Tokens | NoUsage) -> Iterator[bytes]:
        yield _chunk({}, finish_reason=_REASONS[stop.reason])
        if isinstance(tokens, NoUsage):
            if tokens.usage is not None:
                yield _event({"choices": [], "usage": tokens.usage})
            yield b"data: [DONE]\n\n"
            return
        usage = {
            "prompt_tokens": tokens.read + tokens.cached,
            "completion_tokens": tokens.written,
            "total_tokens": tokens.read + tokens.cached + tokens.written,
            "prompt_tokens_details": {"cached_tokens": tokens.cached},
        }
        yield _event({"choices": [], "usage": usage})
        yield b"data: [DONE]\n\n"


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(part["text"] for part in content or [])


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", "code": _CODES.get(code, code)}}


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})


def _event(found: dict[str, Any]) -> bytes:
    whole = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "fake", **found}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"
