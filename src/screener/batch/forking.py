"""Starting worker processes: copies of one process that has imported what all of them need.

Copying this process instead would be unsafe, because libraries run threads in it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

from screener.batch.chunk import LAST_BYTES

PRELOADED: Final = [
    "screener.batch.work",
    "pandas",  # where it is installed, pyarrow imports it with the first array: once here, not in every worker
]
LARGE: Final = LAST_BYTES  # bytes of input from which on there is work for more than one process


def running_context() -> ForkServerContext:
    """What starts worker processes; the process that they are copies of is running, or at least starting.

    Raises:
        OSError: it cannot be started.
    """
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOADED)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited: Ctrl-C is for this process alone
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return found


def start_early(inputs: Iterable[str], workers: int | None) -> None:
    """Let the process that workers are copied from import, while this one imports the same; only a matter of speed.

    Args:
        inputs: paths; patterns and standard input do not count, because it is not known how long they are.
        workers: how many processes; one for each processor when None.
    """
    sizes = (Path(name).stat().st_size for name in inputs if Path(name).is_file())
    if (workers or os.cpu_count() or 1) > 1 and sum(sizes) >= LARGE:
        with suppress(OSError):  # then it is tried again when workers are needed
            running_context()


def continue_helpers() -> None:
    """Let the processes that serve the workers go on, if somebody stopped them: they have to see how workers end."""
    for helper, name in ((forkserver, "_forkserver"), (resource_tracker, "_resource_tracker")):
        found = getattr(helper, name, None)
        number = getattr(found, "_forkserver_pid", None) or getattr(found, "_pid", None)
        if number is not None:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)
