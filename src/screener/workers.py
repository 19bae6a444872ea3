"""Worker processes, for batches and for the server: one way to start, to ask and to end them.

They are copies of one process that has imported what all of them need. Copying this process instead would be unsafe,
because libraries run threads in it. Whoever asks a worker waits for the answer, in a thread of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe, forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any, Final

from screener.errors import EngineFault, ScreenerError

READY: Final = "ready"
REAP_SECONDS: Final = 0.5  # between the end of the connection and the end of the process
NOT_KNOWN: Final = (None, 255)  # how a process ended that is still there, or whose end nobody saw


class GoneError(Exception):
    """The process ended before it answered."""


class NotBegunError(GoneError):
    """The process ended before it had what it was asked, which can be given to another."""


class Worker:
    """A process that does one thing at a time.

    Args:
        context: see `running_context`.
        make: called in the process with `given`; makes what does the work: a function that is called with the words of
            each question and returns the answer.

    Raises:
        OSError, EOFError: the process that starts the others was killed; the next try makes a new one.
    """

    def __init__(self, context: ForkServerContext, make: Callable[..., Callable[..., Any]], *given: Any) -> None:
        self.pipe, theirs = Pipe()
        with theirs:
            self.process = context.Process(target=_work, args=(theirs, make, given), daemon=True)
            self.process.start()

    def ask(self, *words: Any) -> Any:
        """Have something done. A worker that was `end`ed meanwhile, from another thread, does not answer either.

        Raises:
            GoneError: the process ended before it answered; whoever asked ends it and starts another.
            ScreenerError: as in the process.
        """
        try:
            self.pipe.send(words)
        except OSError:
            raise NotBegunError from None
        return self.answer()

    def answer(self) -> Any:
        """The next answer; the first one comes without a question, when it is ready.

        Raises:
            GoneError: the process ended.
            ScreenerError: as in the process.
        """
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            raise GoneError from None
        if isinstance(answer, ScreenerError):
            raise answer
        return answer

    def end(self) -> None:
        """End it, whatever it does: it may hang, or be stopped."""
        if self.process.exitcode in NOT_KNOWN and self.process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    def how(self) -> str:
        """How a process whose connection ended has ended, in words."""
        self.process.join(REAP_SECONDS)
        code = self.process.exitcode
        if code is None:
            return "did not answer"
        return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _work(pipe: Connection, make: Callable[..., Callable[..., Any]], given: Sequence[Any]) -> None:
    """A worker process: do what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    try:
        do = make(*given)
        answer: Any = READY
        while True:
            pipe.send(answer)
            words = pipe.recv()
            try:
                answer = do(*words)
            except ScreenerError as error:
                answer = error
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except ScreenerError as error:
        _say(pipe, error)
    except Exception as error:  # never more of it than its kind: it may hold what a person answered
        if os.environ.get("SCREENER_DEBUG"):
            raise
        _say(pipe, EngineFault(f"a worker process failed ({type(error).__name__}); a batch goes on with --resume"))


def _say(pipe: Connection, error: ScreenerError) -> None:
    with suppress(OSError):
        pipe.send(error)


def running_context(preloaded: Sequence[str], *own: signal.Signals) -> ForkServerContext:
    """What starts worker processes; the process that they are copies of is running, or at least starting.

    Args:
        preloaded: the modules that it imports.
        own: signals that are for this process alone, also when they reach all of them; Ctrl-C always is.

    Raises:
        OSError: it cannot be started.
    """
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(list(preloaded))
    resource_tracker.ensure_running()  # it goes with the other; first, because it lets all signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *own})  # this is inherited
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return found


def continue_helpers() -> None:
    """Let the processes that serve the workers go on, if somebody stopped them: they have to see how workers end."""
    for helper, name in ((forkserver, "_forkserver"), (resource_tracker, "_resource_tracker")):
        found = getattr(helper, name, None)
        number = getattr(found, "_forkserver_pid", None) or getattr(found, "_pid", None)
        if number is not None:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)
