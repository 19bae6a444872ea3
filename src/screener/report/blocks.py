"""The blocks that a page is made of, and the forms in which they are written."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final, Literal, TypeAlias

from screener.data import dataclass
from screener.printable import printable

# the forms of reports; one more is a name here, and a module of that name with `render(blocks)`
FORMS: Final = ("text", "json", "markdown", "html")

Tone: TypeAlias = Literal["plain", "urgent", "caution", "small"]


class _Said:
    """What a block says is made printable when it is made, so that no view has to."""

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, printable(value))


@dataclass(frozen=True, slots=True)
class Heading(_Said):
    """A heading of level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph(_Said):
    """A paragraph; the tone decides how much it is emphasised."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; an item is a text with its sub-items, which are made printable too."""

    items: tuple[tuple[str, tuple[str, ...]], ...]

    def __post_init__(self) -> None:
        items = tuple((printable(text), tuple(map(printable, details))) for text, details in self.items)
        object.__setattr__(self, "items", items)


@dataclass(frozen=True, slots=True)
class Folded(_Said):
    """More to know: left out in a terminal, folded on a screen."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class NewSheet:
    """What follows starts on a new sheet of paper when printed."""


Block: TypeAlias = "Heading | Paragraph | Bullets | Folded | NewSheet"


def bullets(items: Iterable[str | tuple[str, tuple[str, ...]]]) -> Bullets:
    """A list of plain items, or of items with sub-items."""
    return Bullets(tuple(item if isinstance(item, tuple) else (item, ()) for item in items))


def worded(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without headings and paragraphs that the rule book left empty on purpose."""
    return [block for block in blocks if not isinstance(block, Heading | Paragraph) or block.text]


def rendered(form: str, blocks: Iterable[Block]) -> str:
    """Blocks in a form that is made of them."""
    text: str = import_module(f"screener.report.{form}").render(blocks)
    return text
