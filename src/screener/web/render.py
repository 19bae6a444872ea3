"""Templates and static files. Everything that comes from outside is escaped; no page has a script or style inside.

So the style of the pictures of the reasoning is in the style sheet, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup, escape

from screener.explain.chain import Chain
from screener.explain.html import figure
from screener.explain.picture.svg import STYLE as SVG_STYLE
from screener.explain.picture.svg import WIDE
from screener.explain.why_not import WhyNot
from screener.printable import escaped, replaced
from screener.report.html import PAGE_STYLE, STYLE
from screener.report.words import kind_word, level_word, status_word
from screener.templates import templates
from screener.web.problem import problem
from screener.web.wire import HTML, PROBLEM, Answer

UNNAMED: Final = frozenset(map(chr, (0, *range(0x7F, 0xA0), *range(0xD800, 0xE000))))  # HTML has no reference to them
HERE: Final = Path(__file__).parent


_number: Final[ContextVar[str]] = ContextVar("page number", default="")


@contextmanager
def numbered(number: str) -> Iterator[None]:
    """The forms on what is rendered inside say from which page of a visit they were sent."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)


@cache
def environment() -> Environment:
    """The templates."""
    made = templates(HERE / "templates")
    made.globals |= {"level_word": level_word, "status_word": status_word, "kind_word": kind_word}
    made.globals["page_number"] = _number.get
    made.filters["kept"] = kept
    return made


def kept(value: str) -> Markup:
    """A text in a field of a form, which comes back as it was: what is not to be seen is a reference to it."""
    return Markup(replaced(str(escape(value)), _reference))


def _reference(char: str) -> str:
    return f"&#x{ord(char):x};" if char not in UNNAMED else escaped(char)


def page(template: str, status: int = 200, **values: Any) -> Answer:
    """A page made from a template; `values` are what it shows."""
    return Answer(status, HTML, part(template, **values).encode("utf-8", "replace"))


def part(template: str, **values: Any) -> str:
    """A piece of a page, made from a template."""
    return environment().get_template(template).render(**values)


def problem_page(
    answer: Answer, here: str, texts: Mapping[str, str], path: str = "", again: Sequence[tuple[str, str]] = ()
) -> Answer:
    """A problem as a page; any other answer as it is.

    Args:
        path: where what was filled in is sent again, and
        again: what that was.
    """
    if answer.media_type != PROBLEM:
        return answer
    data = {"errors": None, **json.loads(answer.body)}
    made = page("error.html", answer.status, problem=data, path=path, again=again, here=here, texts=texts)
    return replace(made, headers=answer.headers)


def static_file(name: str) -> Answer:
    """A style sheet or script."""
    if name not in static_files():
        return problem("not-found", "there is no such file")
    return Answer(200, *static_files()[name])


@cache
def static_files() -> dict[str, tuple[str, bytes]]:
    """Every static file by name, with media type and content. The style sheet has those of reports and pictures too."""
    types = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}
    paths = [path for path in sorted((HERE / "static").iterdir()) if path.suffix in types]
    found = {path.name: (types[path.suffix], path.read_bytes()) for path in paths}
    media_type, pages = found["style.css"]
    return found | {"style.css": (media_type, (STYLE + PAGE_STYLE + PICTURE_STYLE).encode() + pages)}


PICTURE_STYLE: Final = SVG_STYLE.replace(".P", ".pic") + "\n"
_INNER_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)
_CLASS: Final = re.compile(r'class="([^"]*\bx[0-9a-f]{8}\b[^"]*)"( data-step="(\d+)")?')
_FIGURE: Final = '<figure class="picture">'
_REACHABLE: Final = '<figure class="picture" tabindex="0">'  # so that the keyboard can scroll it
_PREFIX: Final = re.compile(r"\bx[0-9a-f]{8}\b")


def picture(
    chains: Sequence[Chain],
    possible: Sequence[WhyNot] = (),
    step: int | None = None,
    most: int = WIDE,
    behind: bool = True,
) -> Markup:
    """The picture of chains and open conclusions, for wide and for narrow screens.

    Args:
        chains: what is proved or refuted.
        possible: what is still open.
        step: what comes after this step is shown faintly; None shows everything.
        most: how wide it may be on wide screens, in pixels, before something is folded.
        behind: whether what is folded is drawn below it, each behind a line that opens it.
    """
    drawn = _INNER_STYLE.sub("", figure(chains, possible, most, behind)).replace(_FIGURE, _REACHABLE)

    def shared(match: re.Match[str]) -> str:
        names, rest, number = _PREFIX.sub("pic", match.group(1)), match.group(2) or "", match.group(3)
        later = " later" if step is not None and number and int(number) > step else ""
        return f'class="{names}{later}"{rest}'

    return Markup(_CLASS.sub(shared, drawn))
