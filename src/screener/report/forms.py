"""The forms in which reports are written. One more is a name here, and a module of that name with `render(blocks)`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from screener.report.blocks import Block

FORMS: Final = ("text", "json", "markdown", "html")


def rendered(form: str, blocks: Iterable[Block]) -> str:
    """Blocks in a form that is made of them."""
    text: str = import_module(f"screener.report.{form}").render(blocks)
    return text
