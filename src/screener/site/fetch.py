"""The pinned files, fetched once into the cache folder by the user's own `npm` and `pip`, as those are set up.

This is the only place of the program that causes any network use, and it says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from screener.errors import FileError
from screener.site.lock import WHEELS, Lock, Runtime, lock, runtime

# one Python, one platform; `any` and the other platform are for wheels of which only the Python files are used
TARGET: Final = (
    "--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none",
    "--platform", "pyemscripten_2026_0_wasm32", "--platform", "manylinux2014_x86_64", "--platform", "any",
)  # fmt: skip
SECONDS: Final = 600


def fetched(say: Callable[[str], None], folder: Path | None = None) -> Runtime:
    """The pinned files from a folder; what is missing there is fetched first.

    Args:
        say: told before the network is used.
        folder: the one in the cache folder when None.

    Raises:
        FileError: a file could not be fetched, or is not what was pinned.
    """
    wanted = lock()
    folder = folder or cache_folder(wanted)
    with suppress(FileError):
        return runtime(folder, wanted)
    say(
        f"fetching {wanted.package} with npm and {len(wanted.wheels)} wheels with pip, once, into {folder}; "
        "nothing else of screener uses the network"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"`{folder}` cannot be made: {(error.strerror or 'unknown reason').lower()}") from None
    npm(wanted, folder)
    pip(folder)
    return runtime(folder, wanted)


def cache_folder(wanted: Lock) -> Path:
    """Where the pinned files are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "screener" / "site" / wanted.name


def npm(wanted: Lock, folder: Path) -> None:
    """Fetch the archive of the npm package.

    Raises:
        FileError: there is no npm, or it failed.
    """
    found = shutil.which("npm")
    if found is None:
        raise FileError("npm is missing, which fetches Pyodide; install Node.js, or name the files with --runtime")
    run([found, "pack", "--silent", "--pack-destination", str(folder), wanted.package])


def pip(folder: Path, listed: Path = WHEELS) -> None:
    """Fetch the wheels; pip checks their hashes as well.

    Args:
        folder: where they are put.
        listed: a list of pinned wheels.

    Raises:
        FileError: pip failed, or this Python has none.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*command, "--only-binary", ":all:", *TARGET, "--require-hashes", "-r", str(listed), "-d", str(folder)])


def run(command: list[str]) -> None:
    """Run a program.

    Raises:
        FileError: it failed; the message ends with what it said last.
    """
    name = Path(command[0]).name if command[1] != "-m" else command[2]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FileError(f"{name} could not be run: {type(error).__name__}") from None
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        raise FileError(f"{name} failed: {said[-1].strip() if said else f'exit code {done.returncode}'}")


if __name__ == "__main__":  # python -m screener.site.fetch FOLDER [LIST …]: a folder for `screener site --runtime`
    fetched(lambda text: print(text, file=sys.stderr), Path(sys.argv[1]))
    for more in sys.argv[2:]:  # further lists of pinned wheels
        pip(Path(sys.argv[1]), Path(more))
