"""The command as a process of its own, without paying at each start for what it imports.

A process that has imported the program forks for each command. The fork has its own folder, environment, streams and
exit code; nothing of a command is left for the next one. What Python itself takes from its environment when it starts
cannot be given to a fork: then a new Python is started.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any, NoReturn

from waiting import LONG

ROOT = Path(__file__).parents[1]
SOURCES = str(ROOT / "src")
AT_START = ("PYTHON", "LANG", "LC_", "MALLOC")  # how the variables begin that only a new Python reads
LATER = ("screener.web", "screener.batch", "screener.site", "screener.__main__")  # heavy, and few commands need them
MOST = 1 << 20  # bytes of a request


def screener(
    *words: str | bytes,
    given: str | bytes | None = "",
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
    timeout: float = 2 * LONG,
) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does.

    Args:
        words: what follows `screener`.
        given: its standard input, through a pipe; None for an empty device.
        cwd: the folder that it is run in.
        env: its environment, when it is not that of the tests.
        timeout: after how many seconds it is killed.

    Raises:
        subprocess.TimeoutExpired: it took longer.
    """
    whole = {**(os.environ if env is None else env), "PYTHONPATH": SOURCES}
    if _of_python(whole) != _of_python({**os.environ, "PYTHONPATH": SOURCES}):
        return _started(words, given, cwd, whole, timeout)
    if not _nurseries:
        _nurseries.append(Nursery.open())
    return _nurseries[0].run(tuple(map(os.fsdecode, words)), given, cwd, whole, timeout)


def _started(
    words: Sequence[str | bytes], given: str | bytes | None, cwd: Path, env: dict[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """The same with a new Python."""
    command = [sys.executable, "-m", "screener", *words]
    said = _bytes(given or "")
    done = subprocess.run(command, cwd=cwd, env=env, input=said, capture_output=True, timeout=timeout, check=False)
    return subprocess.CompletedProcess(command, done.returncode, _text(done.stdout), _text(done.stderr))


def _of_python(env: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(AT_START)}


@dataclass
class Nursery:
    """The process that forks, and the line to it."""

    process: subprocess.Popen[bytes]
    line: socket.socket

    @classmethod
    def open(cls) -> Nursery:
        line, other = socket.socketpair()
        with other:
            process = subprocess.Popen(
                [sys.executable, __file__, str(other.fileno())], env={**os.environ, "PYTHONPATH": SOURCES}, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[other.fileno()],
            )  # fmt: skip
        return cls(process, line)

    def close(self) -> None:
        self.line.close()
        self.process.wait(LONG)

    def run(
        self, words: tuple[str, ...], given: str | bytes | None, cwd: Path, env: dict[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        with TemporaryFile() as out, TemporaryFile() as err:
            code = self.follow(pickle.dumps((words, str(cwd), env)), _Input(given), out, err, timeout)
            return subprocess.CompletedProcess(list(words), code, _written(out), _written(err))

    def follow(self, request: bytes, given: _Input, out: IO[bytes], err: IO[bytes], timeout: float) -> int:
        """Have a command started; gives its exit code."""
        assert len(request) < MOST
        self.line.settimeout(LONG)
        socket.send_fds(self.line, [b"%d\n" % len(request)], [given.end, out.fileno(), err.fileno()])
        self.line.sendall(request)
        given.begin()
        pid = int(self.answer())
        self.line.settimeout(timeout)
        try:
            return os.waitstatus_to_exitcode(int(self.answer()))
        except TimeoutError as error:
            os.kill(pid, signal.SIGKILL)
            self.line.settimeout(LONG)
            self.answer()
            raise subprocess.TimeoutExpired(["screener"], timeout) from error
        finally:
            given.finish()

    def answer(self) -> bytes:
        """The next line of what the process tells."""
        found = b""
        while not found.endswith(b"\n"):
            byte = self.line.recv(1)
            assert byte, "the process that forks has died"
            found += byte
        return found


class _Input:
    """The standard input of a command: a pipe with a text, or nothing."""

    def __init__(self, text: str | bytes | None) -> None:
        self.text = _bytes(text or "")
        self.writer: Thread | None = None
        if text is None:
            self.end, self.own = os.open(os.devnull, os.O_RDONLY), -1
        else:
            self.end, self.own = os.pipe()

    def begin(self) -> None:
        """Write, now that the other end is somebody else's."""
        os.close(self.end)
        if self.own >= 0:
            self.writer = Thread(target=self._write)
            self.writer.start()

    def _write(self) -> None:
        with suppress(BrokenPipeError), os.fdopen(self.own, "wb") as pipe:
            pipe.write(self.text)

    def finish(self) -> None:
        if self.writer:
            self.writer.join()


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return _text(file.read())


def _text(written: bytes) -> str:
    """What was written, with the ends of its lines as `text=True` gives them."""
    return written.decode().replace("\r\n", "\n").replace("\r", "\n")


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


_nurseries: list[Nursery] = []


def close() -> None:
    """End the process that forks; the next command starts another."""
    while _nurseries:
        _nurseries.pop().close()


# in the process that forks


def _serve(line: socket.socket) -> None:
    """Fork for each request, and tell how the command ended."""
    import screener

    for found in pkgutil.walk_packages(screener.__path__, "screener."):
        if not found.name.startswith(LATER):
            import_module(found.name)
    gc.freeze()
    while True:
        head, descriptors, _, _ = socket.recv_fds(line, 16, 3)
        if not head:
            return
        length, _, request = head.partition(b"\n")
        while len(request) < int(length):
            request += line.recv(MOST)
        pid = os.fork()
        if pid == 0:
            line.close()
            _become(descriptors, *pickle.loads(request))
        for descriptor in descriptors:
            os.close(descriptor)
        line.sendall(b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        line.sendall(b"%d\n" % status)


def _become(descriptors: list[int], words: tuple[str, ...], cwd: str, env: dict[str, str]) -> NoReturn:
    """Be the command from here on: `python -m screener`, to the exit of the interpreter."""
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["screener", *words]
    sys.path[0] = cwd
    code: Any = 1
    try:
        runpy.run_module("screener", run_name="__main__", alter_sys=True)
    except SystemExit as error:
        code = error.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = 120
    os._exit(code if isinstance(code, int) else 1 if code else 0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
