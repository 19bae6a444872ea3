"""What is kept between runs: in the user's cache folder, and only where nobody else can have had a say in it.

What is kept is a pickle, and whoever writes a pickle decides what happens when it is read. So the folder is opened
once, step by step from the root and without following links; it must be ours with mode 0700, and no folder above it
may be one that others can change. A file is opened inside it in the same way, and read only if it is an ordinary file
of ours with mode 0600 and no second name. Its first bytes are a checksum of its name and content, and it can hold
nothing but values and classes of this program. Whatever is not so is as good as absent: the cache is only for speed,
so nothing here is ever an error.

What is made from a rule book is kept under a name that says of which files and of which program it was made.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from pickle import Unpickler, UnpicklingError, dumps
from time import time
from typing import Any, Final, NamedTuple

from screener.rulebook.contents import fingerprint, review_files
from screener.rulebook.drafts import content

MOST_FILES: Final = 24  # kept at once; the oldest go first
MOST_LOOKED_AT: Final = 1000  # files in the folder when the old ones are removed
LARGEST: Final = 100_000_000  # bytes of a file that is read
STALE_SECONDS: Final = 3600  # a temporary file as old as this was left by a run that was killed
TEMPORARY: Final = ("tmp", ".new-")  # how the names of temporary files begin; the first is that of older versions
SUFFIX: Final = ".kept"
CHECKSUM: Final = sha256().digest_size
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
ROOMS: Final = ("case", "logic", "rulebook", "engine/durable")  # of the program, whose work is kept


def read(name: str) -> Any:
    """What is kept under a name; None when there is nothing, or nothing that can be trusted."""
    with suppress(Exception), _folder() as folder:
        content = _content(name, folder)
        data = memoryview(content)[CHECKSUM:]
        if content[:CHECKSUM] == _checksum(name, data):
            return thawed(data)
    return None


def write(name: str, thing: object, outdated: Callable[[str], bool] | None = None) -> None:
    """Keep something under a name, and remove what is old.

    Args:
        outdated: tells by its name whether a file is of no use any more.
    """
    with suppress(Exception), _folder() as folder:
        data = frozen(thing)
        temporary = f"{TEMPORARY[-1]}{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(temporary, flags, PRIVATE_FILE, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, PRIVATE_FILE)  # whatever the umask took away
                file.write(_checksum(name, data))
                file.write(data)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
        _tidy(folder, name, outdated)


def frozen(thing: object) -> bytes:
    """Something that could be kept, as bytes."""
    return dumps(thing, protocol=5)


def thawed(data: bytes | memoryview) -> Any:
    """What was frozen; only values and classes of this program can be in it.

    Raises:
        UnpicklingError: something else is.
    """
    return _Reader(BytesIO(data)).load()


class _Reader(Unpickler):
    """Reads classes of this program and exact numbers, nothing else: a file cannot name a function to be called."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("decimal", "Decimal"):
            return Decimal
        found = super().find_class(module, name) if module.startswith("screener.") else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise UnpicklingError(f"{module}.{name} is not kept")


def _checksum(name: str, data: bytes | memoryview) -> bytes:
    digest = sha256(name.encode() + b"\0")
    digest.update(data)
    return digest.digest()


def _content(name: str, folder: int) -> bytes:
    """The bytes of a file, if it is ours alone: what is checked is what was opened, not what has its name now."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_nlink == 1
        if not ours or stat.S_IMODE(status.st_mode) != PRIVATE_FILE or status.st_size > LARGEST:
            raise PermissionError
        return file.read()


@contextmanager
def _folder() -> Iterator[int]:
    """The cache folder, opened; it is made when it is missing.

    Raises:
        OSError: there is none, or others could change what is in it.
    """
    path = _place()
    descriptor = os.open(path.anchor, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for number, part in enumerate(path.parts[1:], start=1):
            _check_above(os.fstat(descriptor))
            inner = _enter(part, descriptor, may_make=number >= len(path.parts) - 2)
            os.close(descriptor)
            descriptor = inner
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & 0o777 != PRIVATE_FOLDER:
            raise PermissionError
        yield descriptor
    finally:
        os.close(descriptor)


def _place() -> Path:
    """Where the cache folder is, without links above it."""
    base, home = os.environ.get("XDG_CACHE_HOME"), os.environ.get("HOME")
    if not base and home:
        base = os.path.join(home, ".cache")  # noqa: PTH118
    if not base or not base.startswith("/") or os.getuid() != os.geteuid():
        raise FileNotFoundError  # a relative folder would be another one in each place
    return Path(os.path.realpath(base)) / "screener"


def _check_above(status: os.stat_result) -> None:
    """A folder on the way: of the system or ours, and others cannot exchange what is in it."""
    others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX
    if status.st_uid not in (0, os.geteuid()) or others_write:
        raise PermissionError


def _enter(name: str, outer: int, may_make: bool) -> int:
    """Open a folder inside another one."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(name, flags, dir_fd=outer)
    except FileNotFoundError:
        if not may_make:
            raise
    os.mkdir(name, PRIVATE_FOLDER, dir_fd=outer)
    try:
        descriptor = os.open(name, flags, dir_fd=outer)
    except OSError:
        os.rmdir(name, dir_fd=outer)  # a umask that leaves nothing
        raise
    os.fchmod(descriptor, PRIVATE_FOLDER)
    return descriptor


def _tidy(folder: int, name: str, outdated: Callable[[str], bool] | None) -> None:
    """Remove what is outdated, what older versions and killed runs left, and the oldest of too many."""
    with os.scandir(folder) as entries:
        files = [(entry.stat(follow_symlinks=False), entry.name) for entry in islice(entries, MOST_LOOKED_AT)]
    files = [item for item in files if item[1] != name and not stat.S_ISDIR(item[0].st_mode)]
    files.sort(key=lambda item: item[0].st_mtime, reverse=True)
    useful = 1  # the one that was just written
    for status, other in files:
        if other.startswith(TEMPORARY):
            keep = time() - status.st_mtime < STALE_SECONDS
        else:
            keep = other.endswith(SUFFIX) and useful < MOST_FILES and not (outdated and outdated(other))
            useful += keep
        if not keep:
            with suppress(OSError):
                os.unlink(other, dir_fd=folder)


class KeptName(NamedTuple):
    """The name of what is kept of one book.

    Attributes:
        place: where the book lies.
        state: what its files and the program are like; another state is another name.
    """

    place: str
    state: str

    def of(self, kind: str) -> str:
        """The name of one kind of thing that is made from the book."""
        return f"{kind}{self.place}{self.state}"

    def outdates(self, other: str) -> bool:
        """Whether another name is of this book in another state."""
        return self.place in other and self.state not in other


def kept_name(folder: Path) -> KeptName:
    """The name for the book in a folder, as its files are now.

    Raises:
        RuleBookError: a file cannot be read.
    """
    place = sha256(os.fsencode(folder)).hexdigest()[:8]
    return KeptName(f"-{place}-", f"{_program()[:16]}-{state_of(folder)[:32]}")


def state_of(folder: Path) -> str:
    """A hash over the rule files and the reviews of them."""
    digest = sha256(fingerprint(folder).encode())
    for path in review_files(folder):
        digest.update(sha256(content(path)).digest())
    return digest.hexdigest()


def _program() -> str:
    """A hash over the modules whose work is kept, and the Python that reads it back."""
    digest = sha256(sys.version.encode())
    program = Path(__file__).parent.parent
    rooms = [(program / room).rglob("*.py") for room in ROOMS]
    for path in sorted((*program.glob("*.py"), *chain.from_iterable(rooms))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
