"""What `screener serve` can be told, and the limits that always hold.

A server has names under which it can be addressed: as a browser writes them, and what can never match is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from screener.errors import UsageError, echo
from screener.rulebook.contents import rules_folder

OWN_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
SMALL: Final = 300_000  # bytes of a body that holds one case; 200 long names written as escapes fit in
LARGE: Final = 4_000_000  # bytes of a body with health records (CDS Hooks)
MOST_FIELDS: Final = 2000  # of a form
TRY_SECONDS: Final = 60.0  # for a change of a large book to be tried
DEEPEST: Final = 32  # levels of nesting in a JSON body


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How health records are read (CDS Hooks): see `screener.records.options`.

    Attributes:
        codes: files with codes of the user.
        descendants: files with codes of SNOMED CT below those of the lists.
    """

    codes: tuple[str, ...] = ()
    descendants: tuple[str, ...] = ()
    absent_means_no: bool = False
    look_back: int | None = None
    computed_egfr: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server behaves.

    Attributes:
        rules_folder: the rule book to use; the program's own when None.
        packs: the packs to use when a request names none; all when empty.
        allowed_hosts: names besides this machine's own under which the server may be addressed.
        cors_origins: origins (`https://ehr.example`) whose pages may call the CDS Hooks endpoints.
        folder: where a proxy publishes the pages, such as `/screener`; empty for the root.
        records: how health records are read.
        edit: whether the server is the page for authors, on which the files of the rule book are changed.
        key: what a browser must have been given to see that page.
        job_seconds: how long a worker may take for one request before it is replaced.
        body_seconds: how long a client may take to send a body.
        head_seconds: how long a client may take to send the head of a request.
        idle_seconds: how long a connection is kept on which nothing is asked.
        connections: how many are open at once; more are turned away.
    """

    rules_folder: Path | None = None
    packs: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    folder: str = ""
    records: RecordSettings = RecordSettings()
    edit: bool = False
    key: str = ""
    job_seconds: float = 10.0
    body_seconds: float = 10.0
    head_seconds: float = 10.0
    idle_seconds: float = 15.0
    connections: int = 1000

    @property
    def book_folder(self) -> Path:
        """Where the files of the rule book are."""
        return self.rules_folder or rules_folder()

    @property
    def hosts(self) -> frozenset[str]:
        """Every name under which the server answers, as browsers write it.

        Raises:
            UsageError: a name can never match.
        """
        return frozenset(map(host_of, (*OWN_HOSTS, *self.allowed_hosts)))


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
