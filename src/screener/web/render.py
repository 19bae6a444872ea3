"""Templates and static files. Everything that comes from outside is escaped; no page has a script or style inside."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screener import __version__
from screener.report.html import STYLE
from screener.web.policy import policy
from screener.web.wire import HTML, Answer

HERE: Final = Path(__file__).parent
INNER_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@cache
def environment() -> Environment:
    """The templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["version"] = __version__
    return made


def page(template: str, status: int = 200, pictures: Iterable[str] = (), **values: Any) -> Answer:
    """A page made from a template.

    Args:
        pictures: SVG pictures of our own on the page; the styles inside them are allowed by their hash.
        values: what the template shows.
    """
    text = environment().get_template(template).render(**values)
    styles = [style for picture in pictures for style in INNER_STYLE.findall(picture)]
    headers = (("content-security-policy", policy(map(hash_of, styles))),) if styles else ()
    return Answer(status, HTML, text.encode("utf-8", "replace"), headers)


def hash_of(text: str) -> str:
    """The hash by which a content security policy allows one piece of inline style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def static_files() -> dict[str, tuple[str, bytes]]:
    """Every static file by name: its media type and content. The report's own style leads the style sheet."""
    style = STYLE + (HERE / "static" / "style.css").read_text(encoding="utf-8")
    return {
        "style.css": ("text/css; charset=utf-8", style.encode()),
        "explore.js": ("text/javascript; charset=utf-8", (HERE / "static" / "explore.js").read_bytes()),
    }
