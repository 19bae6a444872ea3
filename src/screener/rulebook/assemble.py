"""From the entries of a book's files to the book: names are looked up, and what fits together is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from screener.case.answers import Kind
from screener.logic.condition import ALWAYS
from screener.rulebook import files
from screener.rulebook.check import check
from screener.rulebook.contents import fingerprint
from screener.rulebook.entries import Entry, implication_of, levels_of, note_of, question_of, rule_of, words_of
from screener.rulebook.gather import Gathering
from screener.rulebook.kinds import analyte_of, kind_of, known_fields
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.parse import Vocabulary
from screener.rulebook.question import Screen
from screener.rulebook.recordfile import records_of
from screener.rulebook.review.file import standings
from screener.rulebook.rule import Finding, Flag, Pack, Setting, Source, Subject, Term
from screener.rulebook.topic import Topics
from screener.rulebook.topics import check_topics, topics_of
from screener.rulebook.wording import with_defaults

Book = TypeVar("Book", bound=Knowledge)


class Assembling(Gathering):
    """The making of one book from its files."""

    def book(self, kind: type[Book]) -> Book:
        """The book, an object of this class.

        Raises:
            RuleBookError: listing everything that is wrong.
        """
        self.read([])
        if not self.complete:
            self.stop_on_problems()
        assert self.header is not None
        book = self.assemble(kind, self.header)
        self.stop_on_problems()
        return book

    def entries(self, kind: str) -> Iterator[Entry]:
        """The entries of one kind; an id given twice is noted and skipped."""
        first: dict[str, Entry] = {}
        for entry in self.lists.get(kind, []):
            other = first.setdefault(entry.name, entry)
            if other is entry:
                yield entry
            else:
                place = other.document.place(other.path)
                entry.problem(f"`{entry.name}` is given twice (first at {place.file}:{place.line})", entry.key)

    def assemble(self, kind: type[Book], header: files.BookFile) -> Book:
        """The book from what its files hold.

        Raises:
            RuleBookError: a rule, or something that it needs, is wrong.
        """
        before = len(self.problems)
        settings = {e.data.id: e.made(Setting, value=float(e.data.value)) for e in self.entries("settings")}
        findings = {e.data.id: e.made(Finding) for e in self.entries("findings")}
        levels = levels_of(list(self.entries("levels")))
        flags = {e.data.id: e.made(Flag, urgency=e.level(levels) or levels[0]) for e in self.entries("flags")}
        questions = {e.data.field: e for e in self.entries("questions")}
        kinds = self.kinds(questions)
        vocabulary = Vocabulary({**findings, **flags}, settings, self.table, kinds, unsure=self.unsure)
        terms = self.terms(vocabulary)
        vocabulary = replace(vocabulary, terms={name: term.when for name, term in terms.items()})
        packs = {name: self.pack(name, vocabulary) for name in self.pack_names}
        has_levels = any(flag.urgency != levels[0] for flag in flags.values()) or any(
            entry.data.urgency is not None for entry in self.lists.get("rules", ())
        )
        book = kind(
            version=header.version,
            sha256=fingerprint(self.folder),
            packs=packs,
            rules=tuple(rule_of(e, packs, vocabulary, levels) for e in self.entries("rules")),
            flags=flags,
            findings=findings,
            sources={e.data.id: e.made(Source) for e in self.entries("sources")},
            settings=settings,
            notes=tuple(note_of(e, vocabulary) for e in self.entries("notes")),
            questions={name: question_of(e, vocabulary) for name, e in questions.items()},
            texts=with_defaults(
                {**words_of(self.lists.get("levels", ()), self.own_texts), **self.own_texts},
                header.language,
                has_levels,
                levels,
            ),
            medicines=self.table,
            screens={e.data.id: e.made(Screen) for e in self.entries("screens")},
            implications=tuple(implication_of(e, vocabulary) for e in self.entries("implies")),
            terms=terms,
            topics=topics_of(self.topics_file, vocabulary) if self.topics_file else Topics(),
            subject=subject_of(header, next(iter(packs.values())).title),
            levels=levels,
            records=records_of(self.entries, vocabulary),
        )
        if len(self.problems) > before:  # a rule without its condition would make sound ones look wrong
            self.stop_on_problems()
        check(book, self.lists, Entry("", header, self.documents[0], ()))
        if self.topics_file:
            check_topics(self.topics_file, book)
        return replace(book, reviews=standings(book, self.reviews)) if self.reviews else book

    def kinds(self, questions: Mapping[str, Entry]) -> dict[str, Kind]:
        """The kind of each field."""
        analytes = {e.data.id: analyte_of(e.data, e.problem) for e in self.entries("analytes")}
        known = known_fields(self.folder)
        found = {}
        for name, entry in questions.items():
            before = len(entry.document.problems)
            found[name] = kind_of(entry.data, analytes, known, entry.problem)
            if len(entry.document.problems) > before:
                self.unsure.add(name)
        return found

    def terms(self, vocabulary: Vocabulary) -> dict[str, Term]:
        """The terms in the order of the packs; each may refer to those before it."""
        found: dict[str, Term] = {}
        for entry in self.entries("terms"):
            known = replace(vocabulary, terms={name: term.when for name, term in found.items()})
            when = entry.condition("when", known)
            found[entry.data.id] = entry.made(Term, when=when)
        return found

    def pack(self, name: str, vocabulary: Vocabulary) -> Pack:
        """A pack, without its rules."""
        entry = self.pack_files[name]
        applies = ALWAYS if entry.data.applies is None else entry.condition("applies", vocabulary)
        return entry.made(Pack, id=name, applies=applies)


def subject_of(header: files.BookFile, pack: str) -> Subject:
    """What the book is about; a book without a title has that of its first pack."""
    title = header.title or pack
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower())
    return Subject(title, header.name or plain.strip("-") or Subject().name, header.about, header.language)
