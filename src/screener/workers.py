"""Worker processes, for batches and for the server: one way to start, to ask and to end them.

They are copies of one process that has imported what all of them need. Copying this process instead would be unsafe,
because libraries run threads in it. Whoever asks a worker waits for the answer, in a thread of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from multiprocessing import Pipe, forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import ForkingPickler
from threading import Lock, local
from types import ModuleType
from typing import Any, Final, TypeVar

from screener.errors import EngineFault, ScreenerError

Item = TypeVar("Item")
Made = TypeVar("Made")

READY: Final = "ready"
REAP_SECONDS: Final = 0.5  # between the end of the connection and the end of the process
MOST_FALSE_STARTS: Final = 5  # workers in a row that die before they are ready
AHEAD: Final = 3  # items for each worker that may be begun before those in front of them are finished
READY_ITEMS: Final = 2  # items that are there before a worker asks for them
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
            each question and returns the answer. Both travel with the first `answer`, not with the start: a process
            that is stopped meanwhile and reads no further would keep whoever starts it waiting, and could not be ended.

    Raises:
        OSError, EOFError: the process that starts the others was killed; the next try makes a new one.
        EngineFault: `given` holds what another process cannot have.
    """

    def __init__(self, context: ForkServerContext, make: Callable[..., Callable[..., Any]], *given: Any) -> None:
        self.pipe, theirs = Pipe()
        with theirs, _without_script():
            try:
                self.first = bytes(ForkingPickler.dumps((make, given)))
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                raise EngineFault(
                    f"worker processes cannot have what they are given ({error}); define it in a module that can be "
                    "imported, or take one worker"
                ) from None
            self.process = context.Process(target=_work, args=(theirs,), daemon=True)
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
            if self.first:
                self.pipe.send_bytes(self.first)
                self.first = b""
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


class Crew:
    """Workers that share what there is to ask, and the threads that ask: one for each.

    Args:
        count: of workers, at most; one is started when there is something to ask.
        context: gives what starts them.
        make: see `Worker`.
        given: see `Worker`.
    """

    def __init__(
        self,
        count: int,
        context: Callable[[], ForkServerContext],
        make: Callable[..., Callable[..., Any]],
        *given: Any,
    ) -> None:
        self.count = count
        self.context = context
        self.make = make
        self.given = given
        self.threads = ThreadPoolExecutor(count, "worker")
        self.own = local()  # the worker of a thread
        self.begun: set[Worker] = set()
        self.stopping = False
        with suppress(OSError):  # then it is tried again when a worker is started
            context()

    def ask(self, *words: Any) -> Any:
        """Have the worker of this thread do something; another is started for the next question when it dies.

        Raises:
            GoneError: it died.
            EngineFault: it cannot be started.
            ScreenerError: as in the process.
        """
        worker: Worker = getattr(self.own, "worker", None) or self.start()
        self.own.worker = worker
        try:
            return worker.ask(*words)
        except GoneError:
            self.own.worker = None
            self.begun.discard(worker)
            raise

    def in_order(self, do: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[tuple[Item, Made]]:
        """What threads make of items, in the order of these; a few of them are begun ahead."""
        ahead: deque[tuple[Item, Future[Made]]] = deque()
        for item in items:
            ahead.append((item, self.threads.submit(do, item)))
            while ahead:
                if ahead[0][1].done():
                    yield _given(ahead)
                    continue
                busy = [made for _, made in ahead if not made.done()]
                if len(busy) < self.count + READY_ITEMS and len(ahead) < AHEAD * self.count:
                    break
                wait(busy, return_when=FIRST_COMPLETED)
        while ahead:
            yield _given(ahead)

    def start(self) -> Worker:
        """A worker that is ready.

        Raises:
            EngineFault: none can be started.
        """
        for _ in range(MOST_FALSE_STARTS):
            if self.stopping:
                break
            with suppress(GoneError, OSError, EOFError):  # also when the process that starts them was killed
                worker = Worker(self.context(), self.make, *self.given)
                self.begun.add(worker)
                if self.stopping:
                    worker.end()
                worker.answer()
                return worker
        raise EngineFault("the worker processes cannot be started; is there enough memory?")

    def close(self) -> None:
        """End all workers, soon even if one of them is stopped or hangs."""
        self.stopping = True
        for worker in list(self.begun):
            worker.end()
        continue_helpers()
        self.threads.shutdown(cancel_futures=True)


def _given(ahead: deque[tuple[Item, Future[Made]]]) -> tuple[Item, Made]:
    item, made = ahead.popleft()
    return item, made.result()


_starting = Lock()


@contextmanager
def _without_script() -> Iterator[None]:
    """Hide the script that runs from a process that is started, which would otherwise run it once more."""
    with _starting:
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script


def _work(pipe: Connection) -> None:
    """A worker process: do what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    try:
        make, given = pipe.recv()
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
