"""From an HTTP request to a job and back."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import Request, Response

from screener.web.problem import ProblemError
from screener.web.settings import Settings
from screener.web.wire import Answer, Job, Workforce

FORM: Final = "application/x-www-form-urlencoded"


async def read_body(request: Request, media_type: str, limit: int, settings: Settings) -> bytes:
    """The body of a request, of one type; this also keeps forms on other sites from calling the API unasked.

    Raises:
        ProblemError: it has another type, is larger than `limit` bytes, or takes too long to arrive.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != media_type:
        raise ProblemError("wrong-media-type", f"send the body as `{media_type}`", [("accept-post", media_type)])
    parts = bytearray()
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for part in request.stream():
                parts += part
                if len(parts) > limit:
                    message = f"a body here may have at most {limit} bytes"
                    raise ProblemError("too-large", message, [("connection", "close")])
    except TimeoutError:
        message = f"the body did not arrive within {settings.body_seconds:g} seconds"
        raise ProblemError("too-slow", message, [("connection", "close")]) from None
    return bytes(parts)


def response(answer: Answer) -> Response:
    """An answer as a response."""
    return Response(answer.body, answer.status, dict(answer.headers), media_type=answer.media_type or None)


async def ask(request: Request, workforce: Workforce, task: str, body: bytes = b"", **options: Any) -> Answer:
    """Have a job done for a client.

    Raises:
        ClientDisconnect: the client left before it was begun.
    """

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return await workforce.ask(Job(task, options, body, left))


async def forward(request: Request, workforce: Workforce, task: str, body: bytes = b"", **options: Any) -> Response:
    """Have a job done and give its answer back."""
    return response(await ask(request, workforce, task, body, **options))
