"""The folder of static files that are the whole program."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from screener import __version__
from screener.errors import FileError, as_file_error, echo_path
from screener.interview.paper import form as to_fill_in
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking, spoken
from screener.site.compiled import Files, compiled
from screener.site.fetch import HERE, Runtime
from screener.templates import templates
from screener.web.desk.desk import Desk
from screener.web.render import static_files
from screener.web.settings import Settings
from screener.web.wire import Job

RUN: Final = "run"  # the folder of what runs
SCRIPTS: Final = ("link.js", "router.js", "tools.js")  # of the page, in this order
OTHERS: Final = ("worker.js", "site.css")
HEAVY: Final = ("pack.bin.gz", "pyodide.asm.wasm.gz", "python_stdlib.zip.gz", "pyodide.asm.mjs", "pyodide.mjs")
FETCHED: Final = (*HEAVY, "worker.js")  # what a start of the program loads, of which the progress tells
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'"
)
WORKER_POLICY: Final = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
_BODY: Final = re.compile(r"<body>(.*)</body>", re.DOTALL)
_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_ROOTED: Final = re.compile(r'((?:href|src|action|formaction)=")/')


@dataclass(frozen=True, slots=True)
class Site:
    """Everything to be published.

    Attributes:
        files: each file by its path.
        version: of the program and of exactly these files.
        engine: which engine answers there.
        python: the version of the browser's Python.
    """

    files: Files
    version: str
    engine: str
    python: str


def site(runtime: Runtime, folder: Path | None) -> Site:
    """Make everything.

    Args:
        folder: the rule book to publish; the program's own when None.

    Raises:
        RuleBookError: the rule book is wrong.
        FileError: a pinned file cannot be used, or the program does not run in the browser's Python.
    """
    book = cached_rulebook(folder)
    started, info, tried = compiled(runtime, folder)
    files: Files = {f"static/{name}": content for name, (_, content) in static_files().items()}
    files |= {f"{RUN}/{name}": content for name, content in started.items()}
    files |= {f"{RUN}/{name}": (HERE / "static" / name).read_bytes() for name in (*SCRIPTS, *OTHERS)}
    with speaking(book.subject.language):
        files |= form(book)
        files["manifest.webmanifest"] = manifest(book)
        files["index.html"] = start_page(files, info, folder)
    return Site(files | service_worker(files) | {".nojekyll": b""}, version_of(files), tried["engine"], tried["python"])


def start_page(files: Files, info: dict[str, str], folder: Path | None) -> bytes:
    """The first page: that of the application, as it is before anything has loaded, with what loads it."""
    home = Desk(Settings(folder)).do(Job("home")).body.decode()
    body, title = _BODY.search(home), _TITLE.search(home)
    assert body is not None
    assert title is not None
    given = {"info": info, "files": {name: entry(files[f"{RUN}/{name}"]) for name in FETCHED}}
    return templates(HERE / "templates").get_template("start.html").render(
        policy=PAGE_POLICY, title=Markup(title[1]), scripts=SCRIPTS,
        version=f"screener {__version__}", page=Markup(_ROOTED.sub(r"\1./", body[1])), given=Markup(json.dumps(given)),
        integrity={name: f"sha256-{digest(content)}" for name, content in files.items()},
    ).encode()  # fmt: skip


def form(book: RuleBook) -> Files:
    """The questions as a page to print and fill in; its style is a file, because no page has one inside."""
    page = to_fill_in(book)
    style = _STYLE.search(page)
    assert style is not None
    link = f'<link rel="stylesheet" href="./{RUN}/form.css">'
    policy = f'<meta http-equiv="content-security-policy" content="{PAGE_POLICY}">'
    return {"form.html": page.replace(style[0], policy + link).encode(), f"{RUN}/form.css": style[1].encode()}


def manifest(book: RuleBook) -> bytes:
    """What a browser needs to install the pages as an app."""
    data = {
        "name": book.subject.title, "short_name": "screener", "description": book.subject.about, "lang": spoken(),
        "start_url": "./", "scope": "./", "id": "./", "display": "standalone",
        "background_color": "#ffffff", "theme_color": "#00623b",
        "icons": [{"src": "./static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def service_worker(files: Files) -> Files:
    """The service worker, which knows every file by its hash."""
    text = (HERE / "static" / "sw.js").read_text(encoding="utf-8")
    listed = json.dumps({name: entry(content) for name, content in files.items()}, indent=1)
    values = {"version": version_of(files), "files": listed, "worker_policy": WORKER_POLICY}
    for name, value in values.items():
        text = text.replace(f"{{{{ {name} }}}}", value)
    return {"sw.js": text.encode()}


def entry(content: bytes) -> dict[str, Any]:
    """What is known of a file before it is loaded."""
    return {"hash": digest(content), "size": len(content)}


def digest(content: bytes) -> str:
    """The hash of a file as browsers check it (SHA-256, in base64)."""
    return b64encode(hashlib.sha256(content).digest()).decode()


def version_of(files: Files) -> str:
    """A name for exactly these files."""
    whole = hashlib.sha256("\0".join(f"{name} {digest(files[name])}" for name in sorted(files)).encode()).hexdigest()
    return f"{__version__}-{whole[:12]}"


def write(made: Site, out: Path) -> None:
    """Write everything into a folder, which is made if it is missing; files of an earlier version are replaced.

    Raises:
        FileError: the folder holds something else, or cannot be written.
    """
    with as_file_error(f"{echo_path(str(out))} cannot be written"):
        if out.is_dir() and any(out.iterdir()) and not (out / "sw.js").is_file():
            raise FileError(
                f"{echo_path(str(out))} has other files in it; name a new folder, or one of an earlier version"
            )
        for name, content in made.files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
