"""Run once in the browser's Python, when the pages are made: compiles everything, and tries it.

It is started under Node.js by `prepare.mjs`, which shows it the folders `/in` and `/out`.
"""

from __future__ import annotations

import io
import json
import py_compile
import shutil
import struct
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from importlib.util import cache_from_source, source_hash
from pathlib import Path
from time import perf_counter
from typing import Any, Final

OWN: Final = "screener"  # of which the texts next to the code are shown; those of other packages are skipped
BARE: Final = 2  # the level of optimising that leaves them out
READ: Final = ("anyio/__init__.py",)  # modules that read their own source
LIBRARY: Final = Path("/lib/python314.zip")  # Python's own, which comes as source
LENGTH: Final = struct.Struct("<I")
TOOLS: Final = "screener/site/tools.txt"  # the modules there that the pages are without


def compiled(library: Path) -> None:
    """Put compiled modules in the place of the source files, as Python accepts them."""
    for path in sorted(library.rglob("*.py")):
        shown = path.relative_to(library)
        readable = shown.as_posix() in READ
        target = cache_from_source(str(path)) if readable else str(path.with_suffix(".pyc"))
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        level = 0 if shown.parts[0] == OWN else BARE
        name = shown.as_posix()
        py_compile.compile(str(path), target, dfile=name, doraise=True, optimize=level, invalidation_mode=mode)
        if not readable:
            path.unlink()


def compiled_library(tools: tuple[str, ...]) -> bytes:
    """Python's own library as compiled modules, without its tools."""
    content = io.BytesIO()
    with zipfile.ZipFile(LIBRARY) as given, zipfile.ZipFile(content, "w") as made:
        for name in sorted(given.namelist()):
            if name.endswith("/") or name.startswith(tools):
                continue
            source = given.read(name)
            if name.endswith(".py"):
                code = compile(source, name, "exec", dont_inherit=True, optimize=BARE)
                name, source = f"{name}c", bytes(_code_to_hash_pyc(code, source_hash(source), checked=False))
            made.writestr(zipfile.ZipInfo(name), source)
    return content.getvalue()


async def tried() -> dict[str, Any]:
    """Read the published rule book and leave its kept form; ask for each kind of page once."""
    from screener.rulebook import kept
    from screener.rulebook.cache import cached_rulebook
    from screener.site.inside.session import READY, Address, begin, published

    begun = perf_counter()
    READY.write_bytes(kept.frozen(cached_rulebook(published())))
    read = perf_counter() - begun
    session = begin(Address())
    engine = await session.warm()
    for target in ("/", "/explore", "/lab", "/rulebook", "/docs"):
        found = await session.answer("GET", target, [], b"")
        if found.status != 200:
            raise RuntimeError(f"{target} answers {found.status}: {found.body[:500]!r}")
    return {"python": sys.version.split()[0], "engine": engine, "seconds_to_read_the_book": round(read, 2)}


def everything(root: Path) -> dict[str, bytes]:
    """What the browser's file system will hold."""
    return {path.relative_to("/").as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def packed(files: dict[str, bytes]) -> bytes:
    """Many files as one, as the worker of the pages unpacks them: the length of the head, the head, the contents.

    The head is the path and the size of each, as JSON.
    """
    head = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    return LENGTH.pack(len(head)) + head + b"".join(files.values())


async def prepare() -> None:
    """From `/in` to `/out`."""
    root = Path("/site")
    shutil.copytree("/in/site", root, dirs_exist_ok=True)
    compiled(root / "lib")
    sys.path.insert(0, str(root / "lib"))
    told = await tried()
    tools = [line for line in (root / "lib" / TOOLS).read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    Path("/out/python_stdlib.zip").write_bytes(compiled_library(tuple(tools)))
    Path("/out/pack.bin").write_bytes(packed(everything(root)))
    Path("/out/told.json").write_text(json.dumps(told), encoding="utf-8")
