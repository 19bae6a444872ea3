"""What the browser's Python loads: compiled by that very Python under Node.js, which also tries whether it runs.

The files are the packages from the wheels, the program itself, its rule books.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from os.path import commonpath
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from screener.errors import FileError, echo_path
from screener.rulebook.contents import book_folders, rule_files, rules_folder
from screener.shipped import examples_folder
from screener.site.fetch import HERE, Runtime, run

Files: TypeAlias = dict[str, bytes]  # each by its path

SECONDS: Final = 900
PLAIN: Final = ("pyodide.mjs", "pyodide.asm.mjs")  # modules, which a browser loads by their names
PACKED: Final = ("pyodide.asm.wasm", "python_stdlib.zip")
LOCK: Final = "pyodide-lock.json"  # of which the head says for which Python it is


def compiled(runtime: Runtime, folder: Path | None) -> tuple[Files, dict[str, str], dict[str, str]]:
    """Compile the program and the packages that it needs, and try them.

    The files that start the browser's Python with the program in it, by their names; for which Python they are, as
    Pyodide wants to be told; and what came of the try: the `engine` that answered, and the version of that `python`.

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
        command = [node, str(HERE / "prepare.mjs"), str(home), str(given), str(made)]
        run(command, "Node.js", "the program does not run in the browser's Python", SECONDS)
        files = {name: (home / name).read_bytes() for name in PLAIN}
        packed = [home / "pyodide.asm.wasm", made / "python_stdlib.zip", made / "pack.bin"]
        files |= {f"{path.name}.gz": compressed(path.read_bytes()) for path in packed}
        lock = json.loads((home / LOCK).read_text(encoding="utf-8"))
        told = json.loads((made / "told.json").read_text(encoding="utf-8"))
    return files, lock["info"], told


def compressed(content: bytes) -> bytes:
    """As every browser can decompress it; the same bytes for the same content."""
    return gzip.compress(content, 9, mtime=0)


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


PROGRAM: Final = Path(__file__).parents[1]
LIBRARY: Final = "site/lib"
BOOKS: Final = "site/books"
LEFT_OUT: Final = ("cli", "batch", "site/static", "site/templates")  # parts of the program
UNUSED: Final = (  # of the packages
    "anyio/_backends/_trio", "anyio/pytest_plugin", "idna/idnadata", "idna/uts46data", "pydantic/v1/", "pydantic/mypy",
)  # fmt: skip
LISTS: Final = ".dist-info/sboms/"  # of what a package was built from
ABOUT: Final = ".dist-info/METADATA"  # of which programs read the head; the description is for people
NATIVE: Final = "pydantic_core"  # the one package with compiled code for this platform
IDLE: Final = (".pyi", ".so", "RECORD", ".typed", ".pyx", ".c")  # ends of names of files that nothing reads here


def tree(runtime: Runtime, folder: Path | None) -> Files:
    """Every file by its path in the browser's file system.

    Args:
        folder: the rule book to publish; the program's own when None.

    Raises:
        FileError: a wheel or a file cannot be read.
    """
    found: Files = {}
    for pin, wheel in runtime.wheels.items():
        found |= {f"{LIBRARY}/{name}": content for name, content in _wheel(pin, wheel)}
    found |= {f"{LIBRARY}/screener/{name}": content for name, content in _program()}
    if folder is not None and folder.resolve() != rules_folder().resolve():
        found |= _book(folder.resolve())
    return found


def _wheel(pin: str, wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel; compiled code only of the package that has it for this platform."""
    native = pin.replace("-", "_").startswith(NATIVE + "==")
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                wanted = not name.endswith(("/", *IDLE)) or (native and name.endswith(".so"))
                if wanted and not name.startswith(UNUSED) and LISTS not in name:
                    content = archive.read(name)
                    yield name, content.partition(b"\n\n")[0] + b"\n\n" if name.endswith(ABOUT) else content
    except (OSError, zipfile.BadZipFile):
        raise FileError(f"{echo_path(str(wheel))} cannot be unpacked") from None


def _program() -> Iterator[tuple[str, bytes]]:
    """This program without its commands, with its rule book and the made-up cases."""
    for path in sorted(PROGRAM.rglob("*")):
        name = path.relative_to(PROGRAM).as_posix()
        inside = not name.startswith(("_", *(f"{part}/" for part in LEFT_OUT))) or name == "__init__.py"
        if inside and path.is_file() and "__pycache__" not in name and not name.endswith(IDLE):
            yield name, path.read_bytes()
    for path in rule_files(rules_folder()):
        yield f"_rules/{path.relative_to(rules_folder()).as_posix()}", path.read_bytes()
    for path in sorted((examples_folder() / "vignettes").glob("*.json")):
        yield f"_examples/vignettes/{path.name}", path.read_bytes()


def _book(folder: Path) -> Files:
    """The files of a rule book and of those that it extends, in folders that are placed as here."""
    folders = [each.resolve() for each in book_folders(folder) if each.resolve() != rules_folder().resolve()]
    top = Path(commonpath(folders))
    top = top.parent if top in folders else top
    found = {
        f"{BOOKS}/{path.relative_to(top).as_posix()}": path.read_bytes()
        for each in folders
        for path in rule_files(each)
    }
    return found | {f"{BOOKS}/folder": PurePosixPath(folder.relative_to(top)).as_posix().encode()}
