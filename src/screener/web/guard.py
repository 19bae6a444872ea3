"""The outermost layer: which hosts are answered to, what every response says, and that no fault shows its insides.

A request for the head alone (HEAD) is one for the page, of which then only the head is sent.

The host check is what keeps a hostile web page from reaching this server under a name of its own (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect

from screener.errors import UsageError, echo
from screener.web.forward import response
from screener.web.problem import fault, problem
from screener.web.settings import LARGE, Settings, host_of
from screener.web.wire import Answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_HEADERS: Final = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """An ASGI application around another one.

    Args:
        refusal_for: makes of a refusal what suits an address: a page for people, data for programs.
    """

    def __init__(self, app: ASGIApp, settings: Settings, refusal_for: Callable[[str, Answer], Answer]) -> None:
        self.app = app
        self.settings = settings
        self.hosts = settings.hosts
        self.refusal_for = refusal_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then pass it on with headers added to the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        head_only = scope["method"] == "HEAD"

        async def safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = with_safe_headers(message.get("headers", ()))
            elif head_only:
                message["body"] = b""
            await send(message)

        refusal = self.refusal(scope)
        if refusal is not None:
            await response(self.refusal_for(scope["path"], refusal))(scope, receive, safely)
            return
        try:
            await self.app({**scope, "method": "GET"} if head_only else scope, receive, safely)
        except ClientDisconnect:
            return  # nobody waits for an answer
        except Exception as error:
            answer = fault(error)
            if not started:
                await response(answer)(scope, receive, safely)

    def refusal(self, scope: Scope) -> Answer | None:
        """Why a request is not even looked at; None when it is."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        given = hosts[0] if len(hosts) == 1 else ""
        if host_name(given) not in self.hosts:
            return problem("wrong-host", self.wrong_host(given, scope.get("server")))
        length = dict(headers).get(b"content-length", b"0")
        if length.isdigit() and int(length) > LARGE:
            return problem("too-large", f"a body may have at most {LARGE} bytes", headers=[("connection", "close")])
        return None

    def wrong_host(self, given: str, server: tuple[str, int | None] | None) -> str:
        """What is wrong with a Host header, and what to do."""
        name = host_name(given)
        here, port = server or ("", None)
        own = f"[{here}]" if ":" in here else here
        address = f"http://{own if own in self.hosts else '127.0.0.1'}{f':{port}' if port else ''}/"
        detail = f"the Host header names {echo(name)}" if name else "the Host header does not name one host"
        option = ""
        with suppress(UsageError):
            option = f", or start the server with `--allowed-host {host_of(name)}`"
        return f"{detail}; open {address} on this machine{option}"


def host_name(header: str) -> str:
    """The name in a Host header, without its port: `[::1]:8000` is `[::1]`."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[: name.find("]") + 1]
    return name.partition(":")[0]


def with_safe_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a response with those that every response carries; nothing is stored unless it says so."""
    found = list(headers)
    names = {name.lower() for name, _ in found}
    return [*found, *(header for header in SAFE_HEADERS if header[0] not in names)]
