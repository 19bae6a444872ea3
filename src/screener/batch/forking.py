"""Starting the worker processes of a batch: what they have imported, and when that is begun early."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

from screener import workers as processes
from screener.batch.chunk import LAST_BYTES

PRELOADED: Final = (
    "screener.batch.work",
    "pandas",  # where it is installed, pyarrow imports it with the first array: once here, not in every worker
)
LARGE: Final = LAST_BYTES  # bytes of input from which on there is work for more than one process


def running_context() -> ForkServerContext:
    """What starts the worker processes of a batch.

    Raises:
        OSError: it cannot be started.
    """
    return processes.running_context(PRELOADED)


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
