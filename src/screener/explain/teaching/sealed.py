"""The question and the answer of a puzzle. The answer is not stored with it: only what proves an answer right is.

`sealed.json` holds the SHA-256 of the answer, and of each broken rule a slow hash, so that a guess can be judged. The
answer itself is made again from the seed when somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import pbkdf2_hmac, sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from screener.case.files import parse_json, read_bytes
from screener.errors import FileError, UsageError, echo
from screener.explain.teaching.mistakes import Fault
from screener.templates import templates

Difficulty: TypeAlias = Literal["easy", "medium", "hard"]
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)
MOST_FAULTS: Final = 5
ROUNDS: Final = 200_000


def question_text(faults: Sequence[Fault], cases: Sequence[str], difficulty: str, texts: Mapping[str, str]) -> str:
    """What is in `question.md`."""
    return _rendered("question.md", faults=list(zip(faults, cases, strict=True)), difficulty=difficulty, texts=texts)


def answer_text(faults: Sequence[Fault]) -> str:
    """The answer."""
    return _rendered("answer.md", faults=faults)


def _rendered(name: str, **shown: Any) -> str:
    made = templates(Path(__file__).with_name("templates")).overlay(keep_trailing_newline=True)
    return made.get_template(name).render(shown)


def seal(answer: str, rules: Sequence[str], rulebook: str, made: Mapping[str, Any]) -> str:
    """What is in `sealed.json`."""
    digest = sha256(answer.encode()).hexdigest()
    guesses = sorted(_slow(digest, rule) for rule in rules)
    data = {**made, "rulebook": rulebook, "answer_sha256": digest, "guesses": guesses}
    return json.dumps(data, indent=2) + "\n"


def guessed(folder: Path, rule: str) -> bool:
    """Whether a rule is one of the broken ones.

    Raises:
        UsageError: this is not a puzzle.
    """
    data = sealed(folder)
    return _slow(data["answer_sha256"], rule) in data["guesses"]


def sealed(folder: Path) -> dict[str, Any]:
    """The seal of a puzzle, checked.

    Raises:
        UsageError: this is not a puzzle.
        FileError: the seal is none.
    """
    path = folder / "sealed.json"
    if not path.is_file():
        raise UsageError(f"{echo(str(folder))} is not a puzzle: it has no `sealed.json`")
    data = parse_json(read_bytes(str(path)), str(path))
    whole = {"seed": int, "difficulty": str, "faults": int, "rulebook": str, "answer_sha256": str, "guesses": list}
    wrong = FileError(f"{echo(str(path))} is not a seal of a puzzle")
    if not isinstance(data, dict) or any(type(data.get(key)) is not kind for key, kind in whole.items()):
        raise wrong
    if data["difficulty"] not in DIFFICULTIES or not 1 <= data["faults"] <= MOST_FAULTS or data["seed"] < 0:
        raise wrong
    return data


def _slow(salt: str, rule: str) -> str:
    return pbkdf2_hmac("sha256", rule.encode(), salt.encode(), ROUNDS).hex()
