"""From an HTTP request to a job and back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from screener.web.problem import ProblemError
from screener.web.settings import Settings
from screener.web.wire import Answer, Job
from screener.web.workforce import ClientLeftError, Workforce


async def read_body(request: Request, limit: int, settings: Settings) -> bytes:
    """The body of a request.

    Raises:
        ProblemError: it is larger than `limit` bytes, or takes too long to arrive.
    """
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


def need_media_type(request: Request, wanted: str) -> None:
    """Refuse a body of another type; this also keeps forms on other sites from calling the API unasked.

    Raises:
        ProblemError: it has another type.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise ProblemError("wrong-media-type", f"send the body as `{wanted}`", [("accept-post", wanted)])


def response(answer: Answer) -> Response:
    """An answer as a response."""
    return Response(answer.body, answer.status, dict(answer.headers), media_type=answer.media_type or None)


async def ask(request: Request, workforce: Workforce, job: Job) -> Answer:
    """Have a job done for a client.

    Raises:
        ClientDisconnect: the client left before it was begun.
    """

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    try:
        return await workforce.ask(replace(job, left=left))
    except ClientLeftError:
        raise ClientDisconnect from None


async def forward(
    request: Request, workforce: Workforce, task: str, options: Mapping[str, Any] | None = None, body: bytes = b""
) -> Response:
    """Have a job done and give its answer back."""
    return response(await ask(request, workforce, Job(task, dict(options or {}), body)))
