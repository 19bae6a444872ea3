"""Nothing in the program names what the shipped book is about: its fields, flags, findings, classes or its subject.

Comments, docstrings and the examples in `--help` may: they speak to people about the book that ships.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from screener.rulebook.book import RuleBook

SOURCE = Path(__file__).parents[2] / "src" / "screener"
# a kind of field, the name of a case, and the classes of medicines that do nothing by a route or at all
OF_THE_PROGRAM = {"medicines", "case_id", "NOT_SYSTEMIC", "NEUTRAL_CONTROL"}
PERSON = frozenset({"age", "sex"})
# folders and files that may name some of its words (None: any), and why
ALLOWED: dict[str, tuple[frozenset[str] | None, str]] = {
    "case/intake.py": (None, "generated from the shipped book, for editors and type checkers"),
    "evaluate/": (PERSON, "evaluations are told by age and sex, whatever the book is about"),
    "workbench/log/": (PERSON, "people are told of by age and sex, whatever the book is about"),
    "records/": (PERSON, "a record says of whom it is by age and sex, whatever the book is about"),
}
OTHER_MEANINGS = {
    ("workbench/check/reading_level.py", "diarrhea"),  # a word whose spelling says the wrong number of syllables
    ("rulebook/medicine/lookup.py", "confused"),
}


def words_of(path: Path) -> Iterator[str]:
    """The names and texts of a module without its docstrings; the whole text of any other file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg


def subject_words(book: RuleBook) -> re.Pattern[str]:
    """The book's fields, flags, findings and classes as whole words; what it is about, in any word."""
    classes = {name for entry in book.medicines.entries for name in entry.classes}
    names = (set(book.fields) | set(book.flags) | set(book.findings) | classes) - OF_THE_PROGRAM
    whole = "|".join(re.escape(name) for name in sorted(names))
    return re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])|(?i:magnes|potass|kalium)")


def test_nothing_names_the_subject_of_the_shipped_book(book: RuleBook) -> None:
    pattern, found, used = subject_words(book), [], set()
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(SOURCE).as_posix()
        if path.suffix not in (".py", ".html", ".js", ".css", ".yaml", ".txt", ".svg"):
            continue
        hits = {hit for words in words_of(path) for hit in pattern.findall(words)}
        hits -= {word for file, word in OTHER_MEANINGS if file == name}
        for allowed, (words, _) in ALLOWED.items():
            passed = hits if words is None else hits & words
            if name.startswith(allowed) and passed:
                used.add(allowed)
                hits -= passed
        if hits:
            found.append(f"{name}: {', '.join(sorted(hits))}")
    assert "\n".join(found) == ""
    assert used == set(ALLOWED)  # no exception that is not needed


def test_the_search_finds_what_it_looks_for(book: RuleBook, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""About fatigue."""\nWELL = {"fatigue": 1}  # fatigue\nread(age=3).sex\n', encoding="utf-8")
    pattern = subject_words(book)
    assert [hit for words in words_of(module) for hit in pattern.findall(words)] == ["sex", "fatigue", "age"]
