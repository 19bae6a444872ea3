"""Single rules tried in place of those of a book that is loaded: at once, and without a file.

A class waits for the answer, and many may ask one server: so the book is not read again, which takes seconds. For an
author who is about to save a file, `trial.py` reads and checks everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from screener.logic.condition import walk
from screener.rulebook.book import RuleBook
from screener.rulebook.check import check
from screener.rulebook.document import Document, parse_document
from screener.rulebook.entries import Entry, rule_of
from screener.rulebook.files import UNFILLED, RulesFile
from screener.rulebook.parse import Vocabulary
from screener.rulebook.rule import Rule
from screener.rulebook.shape import shaped
from screener.workbench.cases import CaseResult, run_cases
from screener.workbench.cases import lint as lint_cases
from screener.workbench.check import logic as lint_logic
from screener.workbench.check import wording as lint_words
from screener.workbench.places import Places
from screener.workbench.problem import Problem, of_loader

MOST_PARTS: Final = 200  # of a condition: what takes longer to look at shows a class nothing
AT: Final = ("rules", 0)  # where the one rule is in its document


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What came of the rules.

    Attributes:
        book: the book with them; None when it could not be used.
        problems: what is wrong or odd; the file of each is the id of its rule, the line is one of its text, or 0 where
            it shows elsewhere in the book.
        results: their own cases.
    """

    book: RuleBook | None
    problems: tuple[Problem, ...]
    results: tuple[CaseResult, ...] = ()


def tried(book: RuleBook, texts: Mapping[str, str]) -> RuleTrial:
    """Put rules in the place of those with the same ids.

    The whole book is checked, but what is odd without being an error is looked for in these rules alone.

    Args:
        book: the whole book, with all its packs.
        texts: for each rule, by its id, the entry as a rule file has it: `- id: …`, with nothing in front.
    """
    vocabulary = _vocabulary(book)
    read = {name: _read(name, text, book, vocabulary) for name, text in texts.items()}
    wrong = [problem for document, _ in read.values() for problem in document.problems]
    if wrong:
        return RuleTrial(None, tuple(map(of_loader, sorted(wrong))))
    rules = {name: rule for name, (_, rule) in read.items() if rule is not None}
    made = replace(book, rules=tuple(rules.get(rule.id, rule) for rule in book.rules), sha256=_mark(book, texts))
    elsewhere = Document("")
    entries = [Entry("", rules[name], document, AT) for name, (document, _) in read.items()]
    check(made, {"rules": entries}, Entry("", None, elsewhere, ()))
    wrong = [problem for document, _ in read.values() for problem in document.problems]
    found = [of_loader(problem) for problem in sorted(wrong)]
    found += [Problem(next(iter(texts)), 0, 0, problem.message, "form") for problem in elsewhere.problems]
    if found:
        return RuleTrial(None, tuple(found))
    odd = sorted(set(_odd(made, rules, {name: document for name, (document, _) in read.items()})))
    return RuleTrial(made, tuple(odd), tuple(run_cases(made, rules)))


def _vocabulary(book: RuleBook) -> Vocabulary:
    terms = {name: term.when for name, term in book.terms.items()}
    return Vocabulary({**book.findings, **book.flags}, book.settings, book.medicines, book.fields, terms)


def _read(name: str, text: str, book: RuleBook, vocabulary: Vocabulary) -> tuple[Document, Rule | None]:
    """One rule, with the document that holds what is wrong with it."""
    document = parse_document(text.encode("utf-8", "replace"), name)
    if document.problems:
        return document, None
    if not isinstance(document.data, list) or len(document.data) != 1:
        document.problem((), f"write one rule here, beginning with `- id: {name}`")
        return document, None
    document.data = {"rules": document.data}
    document.places = {("rules", *path): place for path, place in document.places.items()}
    whole = shaped(document, RulesFile)
    if whole is None:
        return document, None
    data = whole.rules[0]
    if data.id != name:
        document.problem((*AT, "id"), f"the id stays `{name}`: other parts of the book may call the rule by it")
    entry = Entry(book.rule[name].pack, data, document, AT)
    entry.unfilled(*UNFILLED["rules"])
    rule = rule_of(entry, book.packs, vocabulary, book.levels)
    if (parts := sum(1 for _ in walk(rule.when))) > MOST_PARTS:
        entry.problem(f"the condition has {parts} parts; at most {MOST_PARTS} are tried here", "when")
    return document, rule


def _mark(book: RuleBook, texts: Mapping[str, str]) -> str:
    """Another fingerprint than that of the book's files."""
    parts = [book.sha256, *(part for name in sorted(texts) for part in (name, texts[name]))]
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _odd(book: RuleBook, rules: Mapping[str, Rule], documents: Mapping[str, Document]) -> Iterator[Problem]:
    places = Places(None, {("rules", name): (document, AT) for name, document in documents.items()})
    alone = replace(book, rules=tuple(rules.values()))
    yield from lint_logic.lint(alone, places)
    yield from lint_words.lint(alone, places)
    yield from lint_cases(replace(book, rules=tuple(_bare(rule, rules) for rule in book.rules)), places)


def _bare(rule: Rule, tried: Mapping[str, Rule]) -> Rule:
    """A rule; without its cases if it is none of those that are tried."""
    return rule if rule.id in tried or not rule.cases else replace(rule, cases=())
