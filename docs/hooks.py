"""What `mkdocs` does besides: files of the repository that a page links to become part of the site."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
SHOWN = "repository"
LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def outside(source: str, target: str) -> str:
    """The path in the repository of what a page links to outside `docs/`; empty for everything else."""
    page = source.removeprefix(f"{SHOWN}/") if source.startswith(f"{SHOWN}/") else f"docs/{source}"
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    return "" if path.startswith((".", "/")) else path


def on_files(files: Files, config: Any) -> Files:
    """Add the files that pages link to outside `docs/`, and those that these link to."""
    waiting = [file for file in files if file.src_uri.endswith(".md")]
    waiting += [add(files, config, name) for name in ("CONTRIBUTING.md", "CHANGELOG.md")]
    while waiting:
        page = waiting.pop()
        for _, target, _ in LINK.findall(page.content_string):
            path = outside(page.src_uri, target)
            place = f"{SHOWN}/{path}"
            if path and not path.startswith("docs/") and (ROOT / path).is_file() and place not in files.src_uris:
                added = add(files, config, path)
                if path.endswith(".md"):
                    waiting.append(added)
    return files


def add(files: Files, config: Any, path: str) -> File:
    """Add one file of the repository to the site."""
    file = File.generated(config, f"{SHOWN}/{path}", abs_src_path=str(ROOT / path))
    files.append(file)
    return file


def on_page_markdown(markdown: str, page: Page, config: Any, files: Files) -> str:
    """Lead links out of `docs/` to the copies, and links back to the pages."""
    source = page.file.src_uri

    def led(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        path = outside(source, target)
        if path.startswith("docs/"):
            place = path.removeprefix("docs/")
        elif path and (ROOT / path).is_file():
            place = f"{SHOWN}/{path}"
        else:
            return match.group()
        return before + posixpath.relpath(place, posixpath.dirname(source) or ".") + after

    return LINK.sub(led, markdown)
