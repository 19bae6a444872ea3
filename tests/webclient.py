"""A client for the web application, in this process: no server, no socket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from screener.web.app import create_app
from screener.web.settings import Settings
from screener.web.wire import Workforce

HOME = "http://127.0.0.1:8000"


class Client:
    """Sends requests straight into the application."""

    def __init__(self, settings: Settings | None = None, workforce: Workforce | None = None) -> None:
        self.app = create_app(settings, workforce)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request; the arguments are those of httpx."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
                return await client.request(method, path, **given)

        return asyncio.run(send())

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)
