"""Two files exchanged in one step, so that what was in a place is in hand, whoever wrote it and however late.

To look at a file and then to put another in its place leaves a moment in which somebody else may save theirs, which
would be gone. An exchange has no such moment. Linux and macOS have it; elsewhere, or on a file system without it, the
old file is moved aside and the new one put in its place only while nothing is there.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = -100 if sys.platform == "linux" else -2  # AT_FDCWD: a path is not seen from an open folder
EXCHANGE: Final = 2  # RENAME_EXCHANGE, RENAME_SWAP
NOT_HERE: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def exchange(new: Path, place: Path) -> None:
    """Put the file `new` at `place`, and what was there at `new`.

    Raises:
        OSError: one of them is not there, or cannot be written; both are then as they were.
    """
    call = _call()
    if call is not None:
        if call(HERE, os.fsencode(new), HERE, os.fsencode(place), EXCHANGE) == 0:
            return
        code = ctypes.get_errno()
        if code not in NOT_HERE:
            raise OSError(code, os.strerror(code), str(place))
    by_moving(new, place)


def by_moving(new: Path, place: Path) -> None:
    """The same in two steps, between which nothing is at `place`; a file that somebody puts there stays.

    Raises:
        FileExistsError: somebody put a file there; what was there before is then at `new`, and the file that was to
            come there is gone.
        OSError: see `exchange`.
    """
    aside = new.with_name(new.name + ".aside")
    place.rename(aside)
    try:
        os.link(new, place)
    except FileExistsError:
        aside.replace(new)
        raise
    except BaseException:
        with suppress(OSError):
            os.link(aside, place)
            aside.unlink()
        raise
    aside.replace(new)


@cache
def _call() -> Callable[..., int] | None:
    """The system's own exchange, where it has one."""
    names = {"linux": "renameat2", "darwin": "renameatx_np"}
    library = ctypes.CDLL(None, use_errno=True) if sys.platform in names else None
    found = getattr(library, names.get(sys.platform, ""), None)
    if found is None:
        return None
    found.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    found.restype = ctypes.c_int
    call: Callable[..., int] = found
    return call
