"""What the browser's Python loads: compiled by that very Python under Node.js, which also tries whether it runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from screener.errors import FileError, echo_path
from screener.site.lock import HERE, Runtime
from screener.site.packing import compressed
from screener.site.tree import tree

SECONDS: Final = 900
PLAIN: Final = ("pyodide.mjs", "pyodide.asm.mjs")  # modules, which a browser loads by their names
PACKED: Final = ("pyodide.asm.wasm", "python_stdlib.zip")
LOCK: Final = "pyodide-lock.json"  # of which the head says for which Python it is


@dataclass(frozen=True, slots=True)
class Compiled:
    """The files that start the browser's Python with the program in it.

    Attributes:
        files: each by its name.
        info: for which Python the files are, as Pyodide wants to be told.
        engine: which engine answered when it was tried.
        python: the version of that Python.
    """

    files: dict[str, bytes]
    info: dict[str, str]
    engine: str
    python: str


def compiled(runtime: Runtime, folder: Path | None) -> Compiled:
    """Compile the program and the packages that it needs, and try them.

    Args:
        folder: the rule book to publish; the program's own when None.

    Raises:
        FileError: Node.js is missing, or the program does not run.
    """
    node = shutil.which("node")
    if node is None:
        raise FileError("Node.js is missing, which compiles the program for the browser; install it (Debian: nodejs)")
    with TemporaryDirectory() as temporary:
        home, given, made = (Path(temporary, name) for name in ("runtime", "in", "out"))
        made.mkdir()
        unpack(runtime.archive, home)
        for name, content in tree(runtime, folder).items():
            (given / name).parent.mkdir(parents=True, exist_ok=True)
            (given / name).write_bytes(content)
        shutil.copy(HERE / "inside" / "prepare.py", given / "prepare.py")
        try_(node, home, given, made)
        files = {name: (home / name).read_bytes() for name in PLAIN}
        packed = [home / "pyodide.asm.wasm", made / "python_stdlib.zip", made / "pack.bin"]
        files |= {f"{path.name}.gz": compressed(path.read_bytes()) for path in packed}
        lock = json.loads((home / LOCK).read_text(encoding="utf-8"))
        told = json.loads((made / "told.json").read_text(encoding="utf-8"))
    return Compiled(files, lock["info"], told["engine"], told["python"])


def unpack(archive: Path, home: Path) -> None:
    """Write the files of Pyodide that are needed.

    Raises:
        FileError: the archive does not hold them.
    """
    home.mkdir()
    try:
        with tarfile.open(archive) as opened:
            for name in (*PLAIN, *PACKED, LOCK):
                member = opened.extractfile(f"package/{name}")
                assert member is not None
                (home / name).write_bytes(member.read())
    except (OSError, KeyError, AssertionError, tarfile.TarError):
        raise FileError(f"{echo_path(str(archive))} is not the archive of Pyodide") from None


def try_(node: str, home: Path, given: Path, made: Path) -> None:
    """Run the preparation.

    Raises:
        FileError: it failed; the message ends with what it said last.
    """
    command = [node, str(HERE / "prepare.mjs"), str(home), str(given), str(made)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FileError(f"Node.js could not be run: {type(error).__name__}") from None
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if line.strip()] or ["no reason given"]
        raise FileError(f"the program does not run in the browser's Python: {said[-1].strip()}")
