"""Commands that go on until somebody stops them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from screener.errors import came_from


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """SIGINT and SIGTERM end what is inside, at any moment, and are no error.

    Python swallows what is raised while it tidies up, such as in the callback of a weak reference. So a signal can get
    lost at such a moment; what is yielded ends what is inside then, and is called where that goes on to wait. Or Python
    makes an error of its own of it, such as while it makes a class (before Python 3.12).
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
    except BaseException as error:
        if not came_from(error, _StoppedError):
            raise
    finally:
        sys.unraisablehook = swallowed
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is ending already


class _StoppedError(BaseException):
    """Somebody asked the program to stop."""
