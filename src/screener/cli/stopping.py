"""Commands that go on until somebody stops them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """SIGINT and SIGTERM end what is inside, at any moment, and are no error.

    Python swallows what is raised while it tidies up, such as in the callback of a weak reference. So a signal can get
    lost at such a moment; what is yielded ends what is inside then, and is called where that goes on to wait.
    """
    asked = False

    def stop(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        raise _StoppedError

    def end_if_asked() -> None:
        if asked:
            raise _StoppedError

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    swallowed = sys.unraisablehook
    sys.unraisablehook = lambda told: None if told.exc_type is _StoppedError else swallowed(told)
    try:
        yield end_if_asked
    except _StoppedError:
        pass
    finally:
        sys.unraisablehook = swallowed
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is ending already


class _StoppedError(BaseException):
    """Somebody asked the program to stop."""
