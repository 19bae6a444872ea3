"""The program in a pseudo-terminal, as a person uses it."""

from __future__ import annotations

import codecs
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from waiting import LONG

SRC: Final = Path(__file__).parents[1] / "src"
PROMPT: Final = " > "


class Terminal:
    """The program in a pseudo-terminal, with its standard output apart."""

    def __init__(self, *words: str, env: dict[str, str] | None = None, folder: Path | None = None) -> None:
        master, slave = pty.openpty()
        self.master = master
        self.program = subprocess.Popen(
            [sys.executable, "-m", "screener", "ask", *words],
            stdin=slave,
            stderr=slave,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(SRC), "TERM": "dumb", **(env or {})},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)
        self.transcript = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")()  # a read may end in the middle of a character

    def screen(self) -> str:
        """What it says up to the next prompt; everything that is left when it ends."""
        text = ""
        while not text.endswith(PROMPT):
            ready, _, _ = select.select([self.master], [], [], LONG)
            assert ready, f"no prompt after: {text!r}"
            try:
                more = os.read(self.master, 65536)
            except OSError:  # the program has ended
                more = b""
            if not more:
                break
            text = (text + self.decoder.decode(more)).replace("\r\n", "\n")
        self.transcript += text
        return text

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def finish(self) -> str:
        """Its standard output, once it has ended."""
        assert self.program.stdout is not None
        out = self.program.stdout.read().decode()
        self.program.wait(LONG)
        return out

    def close(self) -> None:
        """Leave nothing behind, whatever the test came to."""
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        assert self.program.stdout is not None
        self.program.stdout.close()
        os.close(self.master)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches the program as it does from a keyboard
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell lets what runs in the background ignore it
