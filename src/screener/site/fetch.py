"""What the pages need from outside: which files, of which version, with which hash.

They are fetched once into the cache folder by the user's own `npm` and `pip`, as those are set up. This is the only
place of the program that causes any network use, and it says so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from screener.errors import FileError, as_file_error, echo_path

HERE: Final = Path(__file__).parent
WHEELS: Final = HERE / "wheels.txt"
PYODIDE: Final = HERE / "pyodide.txt"
# one Python, one platform; `any` and the other platform are for wheels of which only the Python files are used
TARGET: Final = (
    "--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none",
    "--platform", "pyemscripten_2026_0_wasm32", "--platform", "manylinux2014_x86_64", "--platform", "any",
)  # fmt: skip
SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Lock:
    """The pinned files.

    Attributes:
        package: the npm package with its version, `pyodide@1.2.3`.
        integrity: the hash of its archive, as npm writes it.
        wheels: the distribution and version (`click==8.5.1`) by the SHA-256 of the wheel.
    """

    package: str
    integrity: str
    wheels: dict[str, str]

    @property
    def archive(self) -> str:
        """The file name that `npm pack` gives the archive."""
        return f"{self.package.replace('@', '-')}.tgz"

    @property
    def name(self) -> str:
        """A name for exactly these files."""
        return hashlib.sha256("\0".join([self.package, self.integrity, *sorted(self.wheels)]).encode()).hexdigest()[:16]


@cache
def lock() -> Lock:
    """The files that this version of the program was tried with."""
    package, integrity = _lines(PYODIDE)[0].split()
    return Lock(package, integrity, pins(WHEELS))


def pins(listed: Path) -> dict[str, str]:
    """Each distribution and version in a list of pinned wheels, by the SHA-256 of the wheel."""
    pairs = (line.split(" --hash=sha256:") for line in _lines(listed))
    return {digest: pin for pin, digest in pairs}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The pinned files on this machine, each with the hash that it should have.

    Attributes:
        archive: the archive of the npm package.
        wheels: each distribution and version with its wheel.
    """

    archive: Path
    wheels: dict[str, Path]


def runtime(folder: Path, wanted: Lock | None = None) -> Runtime:
    """The pinned files in a folder; others there are ignored.

    Raises:
        FileError: one is missing, or is not what was pinned.
    """
    wanted = wanted or lock()
    archive = folder / wanted.archive
    found = integrity_of(archive)
    if found != wanted.integrity:
        raise FileError(
            f"{echo_path(str(archive))} is not the archive of {wanted.package} that was pinned: it is {found}"
        )
    by_hash = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in sorted(folder.glob("*.whl"))}
    missing = [pin for digest, pin in wanted.wheels.items() if digest not in by_hash]
    if missing:
        shown = echo_path(str(folder))
        raise FileError(f"{shown} has no wheel of {', '.join(missing)} with the hash that was pinned ({WHEELS.name})")
    return Runtime(archive, {pin: by_hash[digest] for digest, pin in wanted.wheels.items()})


def integrity_of(path: Path) -> str:
    """The hash of a file as npm writes it.

    Raises:
        FileError: it cannot be read.
    """
    with as_file_error(f"{echo_path(str(path))} cannot be read"):
        return "sha512-" + b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


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
    with as_file_error(f"`{folder}` cannot be made"):
        folder.mkdir(parents=True, exist_ok=True)
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


def run(command: list[str], name: str = "", failed: str = "", seconds: int = SECONDS) -> None:
    """Run a program.

    Args:
        command: with its arguments.
        name: what messages call it; as in the command when empty.
        failed: how the message begins when it fails; `NAME failed` when empty.
        seconds: the time that it has.

    Raises:
        FileError: it failed; the message ends with what it said last.
    """
    name = name or (Path(command[0]).name if command[1] != "-m" else command[2])
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FileError(f"{name} could not be run: {type(error).__name__}") from None
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        raise FileError(f"{failed or f'{name} failed'}: {said[-1].strip() if said else f'exit code {done.returncode}'}")


if __name__ == "__main__":  # python -m screener.site.fetch FOLDER [LIST …]: a folder for `screener site --runtime`
    fetched(lambda text: print(text, file=sys.stderr), Path(sys.argv[1]))
    for more in sys.argv[2:]:  # further lists of pinned wheels
        pip(Path(sys.argv[1]), Path(more))
