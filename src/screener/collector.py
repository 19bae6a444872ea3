"""Python's garbage collector, paused where much is made at once that stays.

It looks through all that is alive again and again while a rule book grows; for 10,000 rules that took longer than
reading them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection inside; afterwards it is as it was, also when the caller had switched it off."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
