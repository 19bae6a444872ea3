"""The answer of a puzzle, for whoever asks for it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from screener.errors import UsageError
from screener.explain.teaching.broken import make_broken
from screener.explain.teaching.sealed import sealed
from screener.rulebook.locate import fingerprint
from screener.rulebook.locate import rules_folder as own_rules


def revealed(folder: Path, rules_folder: Path | None) -> str:
    """The answer of a puzzle, made again from its seed.

    Raises:
        UsageError: this is no puzzle, or it was made of another rule book.
    """
    data = sealed(folder)
    if fingerprint(rules_folder or own_rules()) != data["rulebook"]:
        raise UsageError("the puzzle was made of another rule book, or another version; name it with `--rules`")
    with TemporaryDirectory() as place:
        puzzle = make_broken(data["seed"], Path(place) / "again", rules_folder, data["difficulty"], data["faults"])
    if sha256(puzzle.answer.encode()).hexdigest() != data["answer_sha256"]:
        raise UsageError("the answer does not match its seal: `sealed.json` was changed, or the program is another one")
    return puzzle.answer
