"""Has the article changed? Only hashes of the sentences that the propositions come from are stored, never the text.

`article/sentences.csv` lists, for each proposition, the SHA-256 of every sentence it rests on, over the
sentence's words in lower case: punctuation and line breaks do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from screener.errors import FileError, RuleBookError, RuleProblem, as_file_error, echo
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import rules_folder
from screener.rulebook.hashes import FILE, read_hashes
from screener.workbench.check.names import cited_by

_END: Final = re.compile(r"(?<=[.!?])\s+")


def sentence_hashes(text: str) -> set[str]:
    """The hash of every sentence (and heading, and table row) of an article given as plain text."""
    lines = (line.strip() for line in text.splitlines())
    return {hash_of(sentence) for line in lines for sentence in _END.split(line) if _words(sentence)}


def hash_of(sentence: str) -> str:
    """The hash of one sentence."""
    return sha256(" ".join(_words(sentence)).encode()).hexdigest()


def _words(sentence: str) -> list[str]:
    return re.findall(r"\w+", sentence.lower())


def changed(folder: Path, article: Path) -> list[str]:
    """The propositions (by their ids) that rest on a sentence which this text of the article does not have.

    Raises:
        FileError: the article cannot be read.
        RuleBookError: the rule book has no hashes.
    """
    shown = echo(str(article))
    try:
        with as_file_error(f"{shown} cannot be read"):
            found = sentence_hashes(article.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise FileError(f"{shown} cannot be read: it is not utf-8 text") from None
    path = folder / FILE
    if not path.is_file():
        raise RuleBookError([RuleProblem(str(path), 0, 0, "there are no hashes of the article's sentences here")])
    return [row["source"] for _, row in read_hashes(path, str(path)) if row["sha256"] not in found]


def report(book: RuleBook, folder: Path | None, article: Path) -> Iterator[str]:
    """A warning for each proposition whose sentence has changed, with what cites it."""
    citing = cited_by(book)
    for each in dict.fromkeys(changed(folder or rules_folder(), article)):
        yield f"{each}: its sentence in the article has changed ({book.sources[each].title})"
        yield f"    cited by {', '.join(citing[each]) or 'nothing'}"
