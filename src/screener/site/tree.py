"""The files that the browser's Python finds: the packages from the wheels, the program itself, its rule books."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from screener.errors import FileError, echo_path
from screener.rulebook.contents import book_folders, rule_files, rules_folder
from screener.shipped import examples_folder
from screener.site.lock import Runtime

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
Files = dict[str, bytes]


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
    if folder is not None:
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
    top = Path(*_common([each.parts for each in folders]))
    top = top.parent if top in folders else top
    found = {
        f"{BOOKS}/{path.relative_to(top).as_posix()}": path.read_bytes()
        for each in folders
        for path in rule_files(each)
    }
    return found | {f"{BOOKS}/folder": PurePosixPath(folder.relative_to(top)).as_posix().encode()}


def _common(paths: list[tuple[str, ...]]) -> list[str]:
    """The parts that all paths begin with."""
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return shared
