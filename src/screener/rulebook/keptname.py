"""What is made from a rule book is kept under a name that says of which files and of which program it was made."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from screener.rulebook.drafts import content
from screener.rulebook.locate import fingerprint, review_files

ROOMS: Final = ("case", "logic", "rulebook", "engine/durable")  # of the program, whose work is kept


class KeptName(NamedTuple):
    """The name of what is kept of one book.

    Attributes:
        place: where the book lies.
        state: what its files and the program are like; another state is another name.
    """

    place: str
    state: str

    def of(self, kind: str) -> str:
        """The name of one kind of thing that is made from the book."""
        return f"{kind}{self.place}{self.state}"

    def outdates(self, other: str) -> bool:
        """Whether another name is of this book in another state."""
        return self.place in other and self.state not in other


def kept_name(folder: Path) -> KeptName:
    """The name for the book in a folder, as its files are now.

    Raises:
        RuleBookError: a file cannot be read.
    """
    return KeptName(f"-{_name(folder)}-", f"{_program()[:16]}-{state_of(folder)[:32]}")


def state_of(folder: Path) -> str:
    """A hash over the rule files and the reviews of them."""
    digest = sha256(fingerprint(folder).encode())
    for path in review_files(folder):
        digest.update(sha256(content(path)).digest())
    return digest.hexdigest()


def _name(folder: Path) -> str:
    return sha256(os.fsencode(folder)).hexdigest()[:8]


def _program() -> str:
    """A hash over the modules whose work is kept, and the Python that reads it back."""
    digest = sha256(sys.version.encode())
    program = Path(__file__).parent.parent
    rooms = [(program / room).rglob("*.py") for room in ROOMS]
    for path in sorted((*program.glob("*.py"), *chain.from_iterable(rooms))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
