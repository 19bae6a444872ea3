"""Files that are written: those with answers only for their owner, and none through a link or into a file of another.

On a machine with several users, somebody else may have put a link or a file of their own where something is about to
be written. A name that the person gave may be a link of their own, to a file of their own.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from screener.errors import FileError, as_file_error, echo

PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
PUBLIC: Final = 0o666  # less what the umask takes away


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file for writing with mode 0600; one that is there already gets this mode too.

    Args:
        mode: as in `open`; text is UTF-8.

    Raises:
        OSError: it cannot be written, or it belongs to another user; it is then as it was.
    """
    file: IO[Any] = open(path, mode, encoding=None if "b" in mode else "utf-8", opener=_open)  # noqa: SIM115
    return file


def open_own(path: Path, mode: str) -> IO[bytes]:
    """Open a file of bytes that only the program names: never through a link, nor one that has another name or owner.

    Args:
        mode: as in `open`.

    Raises:
        OSError: it cannot be opened so; it is then as it was.
    """
    return open(path, mode, opener=_open_own)


def new_file(path: Path) -> IO[bytes]:
    """The same for writing from the beginning; an old one is removed first.

    Raises:
        OSError: see `open_own`.
    """
    with suppress(FileNotFoundError), open_own(path, "rb+"):
        path.unlink()
    return open_own(path, "xb")


def save(path: Path, text: str, mode: int = PRIVATE, device: bool = False) -> None:
    """Write a whole file; an old one is replaced as a whole or not at all.

    Args:
        path: a link is followed, when it is ours.
        mode: of a file that is for its owner alone, or `PUBLIC`.
        device: write also to what is not a file, such as `/dev/stdout`.

    Raises:
        FileError: it cannot be written; an old file is then as it was.
    """
    with as_file_error(f"{echo(str(path))} cannot be written", (OSError, ValueError, RuntimeError)):
        _check_link(path)
        target = path.resolve()
        if not target.exists() or target.is_file():
            _replace(target, text, mode)
        elif device and not target.is_dir():
            with target.open("w", encoding="utf-8") as file:
                file.write(text)
        else:
            raise FileError(f"{echo(str(path))} is not a file that can be replaced")


def own_folder(path: Path) -> None:
    """Make a folder into which only its owner can look; one that is there already must be ours, and no link.

    Raises:
        OSError: it cannot be made, or it is not ours.
    """
    with suppress(FileExistsError):
        path.mkdir()
        path.chmod(PRIVATE_FOLDER)  # whatever the umask took away
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.ENOTDIR, "it is not a folder; remove it")
    _check_owner(status.st_uid, os.geteuid())


def make_folder(path: Path) -> None:
    """Make a folder to write into, and those around it, where they are not there.

    Raises:
        FileError: it cannot be made.
    """
    with as_file_error(f"{echo(str(path))} cannot be written"):
        path.mkdir(parents=True, exist_ok=True)


def _replace(target: Path, text: str, mode: int) -> None:
    """Put a new file in the place of an old one, which is not written to, whatever other names it has."""
    new = target.with_name(f".{target.name[:100]}.{os.urandom(6).hex()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            if mode == PRIVATE:
                os.fchmod(descriptor, mode)  # whatever the umask took away
            with suppress(FileNotFoundError):
                old = target.stat()
                if mode == PRIVATE:
                    _check_owner(old.st_uid, os.fstat(descriptor).st_uid)
                else:
                    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _open(path: str, flags: int) -> int:
    _check_link(Path(path))
    with suppress(FileExistsError):
        if flags & os.O_CREAT:
            descriptor = os.open(path, flags | os.O_EXCL, PRIVATE)
            os.fchmod(descriptor, PRIVATE)
            return descriptor
    descriptor = os.open(path, flags & ~os.O_TRUNC, PRIVATE)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):  # not a device such as /dev/null
            _check_owner(status.st_uid, os.geteuid())
            os.fchmod(descriptor, PRIVATE)
            if flags & os.O_TRUNC:
                os.ftruncate(descriptor, 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open_own(path: str, flags: int) -> int:
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, PRIVATE)  # a pipe is not waited for
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a symbolic link; remove it") from None
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise OSError(errno.EINVAL, "it is not a file of its own; remove it")
        _check_owner(status.st_uid, os.geteuid())
        os.fchmod(descriptor, PRIVATE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_link(path: Path) -> None:
    if path.is_symlink():
        _check_owner(path.lstat().st_uid, os.geteuid())


def _check_owner(owner: int, ours: int) -> None:
    """What is there already must be ours: who owns a file can read it, whatever its mode."""
    if owner != ours:
        raise PermissionError(errno.EPERM, "it belongs to another user")
