"""What `screener serve` can be told, and the limits that always hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.rulebook.contents import rules_folder
from screener.web.hosts import host_of

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
