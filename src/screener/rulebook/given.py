"""What a program names a rule book with, checked: a folder, and packs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from screener.errors import UsageError, echo, kind_of


def names_of_packs(packs: object) -> tuple[str, ...]:
    """The names in a list of packs, each once and in order.

    Raises:
        UsageError: it is a text, or another thing that is no list of names.
    """
    given = list(packs) if isinstance(packs, Iterable) and not isinstance(packs, str | bytes) else [None]
    if not all(isinstance(name, str) for name in given):
        raise UsageError(f'packs are a list of names, such as ["article"], not {echo(packs)}')
    return tuple(sorted({str(name) for name in given}))


def check_folder(folder: object) -> None:
    """Refuse what cannot be a rule book's folder.

    Raises:
        UsageError: it is neither a path nor None.
    """
    if not isinstance(folder, Path | None):
        raise UsageError(f"a rule book's folder is a pathlib.Path, not {kind_of(folder)}; use Path(...)")
