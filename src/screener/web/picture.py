"""Pictures of the reasoning on a page: their style is in the style sheet, because a page has none inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from screener.explain.chain import Chain
from screener.explain.html import figure
from screener.explain.picture.svg import STYLE as SVG_STYLE
from screener.explain.picture.svg import WIDE
from screener.explain.why_not import WhyNot

STYLE: Final = SVG_STYLE.replace(".P", ".pic") + "\n"
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
