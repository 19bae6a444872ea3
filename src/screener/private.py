"""Files that hold answers or what follows from them: only their owner can read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO, Any


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file for writing with mode 0600; one that is there already gets this mode too.

    Args:
        mode: as in `open`; text is UTF-8.

    Raises:
        OSError: it can not be written.
    """
    file: IO[Any] = open(path, mode, encoding=None if "b" in mode else "utf-8", opener=_open)  # noqa: SIM115
    return file


def _open(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # not a device such as /dev/null
        os.fchmod(descriptor, 0o600)
    return descriptor
