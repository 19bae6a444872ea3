"""Names under which a server can be addressed: as a browser writes them, and what can never match is refused."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from screener.errors import UsageError, echo

LONGEST: Final = 253  # characters of a name
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_PORTS: Final = {"http": 80, "https": 443}


def host_of(given: str) -> str:
    """A name or address as written in a Host header, without a port: in lower case, IPv6 in brackets.

    Raises:
        UsageError: no browser ever sends this; the message says what would be right.
    """
    name = given.lower()
    try:
        found = ip_address(name.removeprefix("[").removesuffix("]") if name.startswith("[") else name)
        return f"[{found}]" if isinstance(found, IPv6Address) else str(found)
    except ValueError:
        pass
    labels = name.removesuffix(".").split(".")
    if len(name) > LONGEST or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        raise UsageError(f"{echo(given)} is not the name of a host{_instead(name)}")
    return name


def origin_of(given: str) -> str:
    """An origin as a browser sends it: scheme, host, and the port unless it is the usual one.

    Raises:
        UsageError: it is none.
    """
    wrong = UsageError(f"{echo(given)} is not an origin; write scheme and host, such as `https://ehr.example`")
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise wrong from None
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc) and given == given.strip()
    if parts.scheme not in _PORTS or not parts.hostname or not plain or parts.netloc.endswith(":"):
        raise wrong
    host = host_of(parts.hostname)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")


def _instead(name: str) -> str:
    """What would be right, as far as it can be told."""
    if not name.strip():
        return "; write one such as `screener.example`"
    if not name.isascii():
        try:
            return f"; browsers write it as `{name.encode('idna').decode()}`"
        except UnicodeError:
            return "; write it as browsers do, in ASCII"
    if "*" in name:
        return "; there are no patterns: give the option once for each name"
    bare = name.strip().partition("://")[2] or name.strip()
    bare = bare.partition("/")[0].rpartition("@")[2]
    bare = re.sub(r":\d*$", "", bare)
    if bare and bare != name and all(map(_LABEL.fullmatch, bare.split("."))):
        return f"; write `{bare}`, without scheme, port, path or spaces"
    return "; write it without scheme, port, path or spaces"
