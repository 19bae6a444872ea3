"""Run once in the browser's Python, when the pages are made: compiles everything, and tries it.

It is started under Node.js by `prepare.mjs`, which shows it the folders `/in` and `/out`.
"""

from __future__ import annotations

import json
import py_compile
import shutil
import sys
from importlib.util import cache_from_source
from pathlib import Path
from time import perf_counter
from typing import Any, Final

READ: Final = ("anyio",)  # packages that read their own source


def compiled(library: Path) -> None:
    """Put compiled modules in the place of the source files, as Python accepts them."""
    for path in sorted(library.rglob("*.py")):
        shown = path.relative_to(library)
        beside = shown.parts[0] in READ
        target = cache_from_source(str(path)) if beside else str(path.with_suffix(".pyc"))
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(path), target, dfile=shown.as_posix(), doraise=True, invalidation_mode=mode)
        if not beside:
            path.unlink()


async def tried() -> dict[str, Any]:
    """Read the published rule book and leave its kept form; ask for each kind of page once."""
    from screener.rulebook import kept
    from screener.rulebook.cache import cached_rulebook
    from screener.site.inside.bridge import Place
    from screener.site.inside.session import READY, begin, published

    begun = perf_counter()
    READY.write_bytes(kept.frozen(cached_rulebook(published())))
    read = perf_counter() - begun
    session = begin(Place())
    engine = await session.engine()
    for target in ("/", "/explore", "/rulebook", "/docs"):
        found = await session.answer("GET", target, [], b"")
        if found.status != 200:
            raise RuntimeError(f"{target} answers {found.status}: {found.body[:500]!r}")
    return {"python": sys.version.split()[0], "engine": engine, "seconds_to_read_the_book": round(read, 2)}


def everything(root: Path) -> dict[str, bytes]:
    """What the browser's file system will hold."""
    return {path.relative_to("/").as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


async def prepare() -> None:
    """From `/in` to `/out`."""
    root = Path("/site")
    shutil.copytree("/in/site", root, dirs_exist_ok=True)
    compiled(root / "lib")
    sys.path.insert(0, str(root / "lib"))
    told = await tried()
    from screener.site.packing import packed

    Path("/out/pack.bin").write_bytes(packed(everything(root)))
    Path("/out/told.json").write_text(json.dumps(told), encoding="utf-8")
