"""A lesson: a page of Markdown with its parts, and its case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

from screener.case.files import read_bytes
from screener.errors import FileError, UsageError, did_you_mean, echo
from screener.report.html import safe
from screener.shipped import examples_folder

PARTS: Final = ("Story", "Question", "Expected reasoning", "Pitfall")
LARGEST: Final = 200_000  # bytes of a lesson's page
_BOOK: Final = re.compile(r"--rules examples/(books/[a-z0-9-]+)")
_GOAL: Final = re.compile(r"--(?:flag|why-not|smallest) ([a-z0-9:-]+)")
_CODE: Final = re.compile(r"`([^`]+)`")
_EMPHASIS: Final = re.compile(r"(?<![\w*`])\*([^*`]+)\*(?![\w*])")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_BLOCK: Final = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is in a lesson's page.

    Attributes:
        case: the case next to the page.
        goal: the flag or finding that the lesson asks about, as its example command names it; empty without one.
        parts: the text of each part, as Markdown.
        book: the example book that its command names; None for the program's own rule book.
    """

    title: str
    case: Path
    goal: str
    parts: dict[str, str]
    book: Path | None = None


def lessons() -> dict[str, Path]:
    """The lessons that come with the program: name to page."""
    return {path.stem: path for path in sorted((examples_folder() / "lessons").glob("L*.md"))}


def read_lesson(name: str) -> Lesson:
    """A lesson that comes with the program, by its number or name, or one of your own, by its `.md` file.

    Raises:
        UsageError: there is no such lesson, or a part of it is missing.
        FileError: it cannot be read.
    """
    path = Path(name) if name.endswith(".md") else _shipped(name)
    raw = read_bytes(str(path))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise FileError(f"{echo(str(path))} is not UTF-8 text") from None
    if len(raw) > LARGEST:
        raise FileError(f"{echo(str(path))} is longer than {LARGEST} bytes; is it a lesson?")
    return _parsed(path, text.replace("\r\n", "\n"))


def _shipped(name: str) -> Path:
    known = lessons()
    found = [path for each, path in known.items() if name in (each, each.split("-")[0])]
    if not found:
        raise UsageError(f"there is no lesson {echo(name)}{did_you_mean(name, known)} (lessons: {', '.join(known)})")
    return found[0]


def _parsed(path: Path, text: str) -> Lesson:
    title, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    parts = {head.strip(): body.strip() for head, _, body in (section.partition("\n") for section in sections)}
    for part in PARTS:
        if not parts.get(part):
            raise UsageError(f"{echo(str(path))} has no part {echo('## ' + part)}; a lesson has {', '.join(PARTS)}")
    goal, book = _GOAL.search(text), _BOOK.search(text)
    name = title.split("\n", 1)[0].removeprefix("#").strip() or path.stem
    folder = examples_folder() / book[1] if book else None
    return Lesson(name, path.with_suffix(".json"), goal[1] if goal else "", parts, folder)


def as_html(markdown: str) -> Markup:
    """A part as HTML: paragraphs, examples of commands, and names in code; nothing in it is a tag."""
    found: list[str] = []
    for number, piece in enumerate(_BLOCK.split(markdown)):
        if number % 2:
            found.append(f'<pre tabindex="0"><code>{safe(piece.rstrip())}</code></pre>')
        else:
            found += [f"<p>{_inline(part)}</p>" for part in piece.split("\n\n") if part.strip()]
    return Markup("\n".join(found))


def _inline(text: str) -> str:
    plain = _LINK.sub(r"\1", safe(" ".join(text.split())))
    return _CODE.sub(r"<code>\1</code>", _EMPHASIS.sub(r"<em>\1</em>", plain))
