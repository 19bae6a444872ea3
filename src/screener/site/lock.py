"""What the pages need from outside: which files, of which version, with which hash."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from screener.errors import FileError, echo_path

HERE: Final = Path(__file__).parent
WHEELS: Final = HERE / "wheels.txt"
PYODIDE: Final = HERE / "pyodide.txt"


@dataclass(frozen=True, slots=True)
class Lock:
    """The pinned files.

    Attributes:
        package: the npm package with its version, `pyodide@1.2.3`.
        integrity: the hash of its archive, as npm writes it.
        wheels: the distribution and version (`click==8.5.1`) by the SHA-256 of the wheel.
    """

    package: str
    integrity: str
    wheels: dict[str, str]

    @property
    def archive(self) -> str:
        """The file name that `npm pack` gives the archive."""
        return f"{self.package.replace('@', '-')}.tgz"

    @property
    def name(self) -> str:
        """A name for exactly these files."""
        return hashlib.sha256("\0".join([self.package, self.integrity, *sorted(self.wheels)]).encode()).hexdigest()[:16]


@cache
def lock() -> Lock:
    """The files that this version of the program was tried with."""
    package, integrity = _lines(PYODIDE)[0].split()
    return Lock(package, integrity, pins(WHEELS))


def pins(listed: Path) -> dict[str, str]:
    """Each distribution and version in a list of pinned wheels, by the SHA-256 of the wheel."""
    pairs = (line.split(" --hash=sha256:") for line in _lines(listed))
    return {digest: pin for pin, digest in pairs}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The pinned files on this machine, each with the hash that it should have.

    Attributes:
        archive: the archive of the npm package.
        wheels: each distribution and version with its wheel.
    """

    archive: Path
    wheels: dict[str, Path]


def runtime(folder: Path, wanted: Lock | None = None) -> Runtime:
    """The pinned files in a folder; others there are ignored.

    Raises:
        FileError: one is missing, or is not what was pinned.
    """
    wanted = wanted or lock()
    archive = folder / wanted.archive
    found = integrity_of(archive)
    if found != wanted.integrity:
        raise FileError(
            f"{echo_path(str(archive))} is not the archive of {wanted.package} that was pinned: it is {found}"
        )
    by_hash = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in sorted(folder.glob("*.whl"))}
    missing = [pin for digest, pin in wanted.wheels.items() if digest not in by_hash]
    if missing:
        shown = echo_path(str(folder))
        raise FileError(f"{shown} has no wheel of {', '.join(missing)} with the hash that was pinned ({WHEELS.name})")
    return Runtime(archive, {pin: by_hash[digest] for digest, pin in wanted.wheels.items()})


def integrity_of(path: Path) -> str:
    """The hash of a file as npm writes it.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return "sha512-" + b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    except OSError as error:
        raise FileError(
            f"{echo_path(str(path))} cannot be read: {(error.strerror or 'unknown reason').lower()}"
        ) from None
