"""The entries of the rule book: each linked to what it rests on and to what rests on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from screener.logic.condition import conclusions, fields
from screener.report.words import level_word, review_word
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Rule
from screener.saying import say
from screener.web.desk.entry import Entry, Link, to, to_conclusion, to_source
from screener.web.desk.written import as_written


class Entries:
    """Makes the entries of one rule book, whose files are in `folder`."""

    def __init__(self, book: RuleBook, folder: Path) -> None:
        self.book = book
        self.folder = folder

    def conclusion_link(self, name: str) -> Link:
        """To a flag, finding or urgency level."""
        return to_conclusion(self.book, name)

    def any_link(self, name: str) -> Link:
        """To a conclusion, a rule or a note."""
        if name in self.book.conclusion_ids:
            return self.conclusion_link(name)
        return self.rule_link(name) if name in self.book.rule else to("notes", name)

    def rule_link(self, name: str) -> Link:
        """To a rule, with its reason."""
        return to("rules", name, note=self.book.rule[name].said())

    def question_link(self, name: str) -> Link:
        """To a question, with its wording."""
        return to("questions", name, note=self.book.questions[name].ask)

    def setting_link(self, name: str) -> Link:
        """To a named limit, with its meaning."""
        return to("settings", name, note=self.book.settings[name].meaning)

    def note_link(self, name: str) -> Link:
        """To a note, with its text."""
        return to("notes", name, note=next(note.text for note in self.book.notes if note.id == name))

    def rules_where(self, wanted: Callable[[Rule], bool]) -> list[Link]:
        """To all rules of a kind."""
        return [self.rule_link(rule.id) for rule in self.book.rules if wanted(rule)]

    def cite(self, found: Entry, sources: Iterable[str]) -> None:
        """Add the list of sources."""
        found.section(say("Sources"), (to_source(self.book, name) for name in sources))

    def reviewed(self, found: Entry, item: str) -> None:
        """Add its review status, and who has accepted it."""
        standing = self.book.reviews.of(item)
        who = [Link(f"{review.by}, {review.role}, {review.date}") for review in standing.reviews]
        word = Link(review_word(standing.status))
        found.fact(say("Review"), word, *(who if standing.status in ("reviewed", "partly") else ()))

    def pack(self, name: str) -> Entry:
        """A pack: what it defines."""
        pack, book = self.book.packs[name], self.book
        found = Entry(say("pack"), pack.title, pack.about)
        found.fact(say("Version"), pack.version)
        applies = [self.conclusion_link(one) for one in conclusions(pack.applies)]
        found.fact(say("Used depending on"), *applies)
        found.section(say("Flags"), (self.conclusion_link(f.id) for f in book.flags.values() if f.pack == name))
        found.section(say("Findings"), (self.conclusion_link(f.id) for f in book.findings.values() if f.pack == name))
        found.section(say("Rules"), self.rules_where(lambda rule: rule.pack == name))
        found.section(say("Sources"), (to_source(book, s.id) for s in book.sources.values() if s.pack == name))
        return found

    def flag(self, name: str) -> Entry:
        """A flag: its wording, its rules, and what it does to other flags."""
        flag, book = self.book.flags[name], self.book
        found = Entry(say("flag"), flag.title, flag.explanation)
        found.fact(say("Id"), flag.id)
        found.fact(say("Pack"), to("packs", flag.pack))
        self.reviewed(found, f"flag {name}")
        found.fact(say("Urgency by itself"), level_word(flag.urgency))
        found.fact(say("Shown when merely possible"), say("yes") if flag.fail_safe else "")
        found.fact(say("Gives way to any other flag"), say("yes") if flag.last_resort else "")
        found.fact(say("Suppresses"), *(self.conclusion_link(other) for other in flag.suppresses))
        found.fact(say("Hides the text of"), *(self.any_link(other) for other in flag.hides))
        above = [other.id for other in book.flags.values() if name in (*other.suppresses, *other.hides)]
        found.fact(say("Suppressed or hidden by"), *(self.conclusion_link(other) for other in above))
        found.section(say("What to ask a clinician"), (Link(text) for text in flag.ask))
        found.section(
            say("Good to know about it"), (self.note_link(note.id) for note in book.notes if name in note.beside)
        )
        return self.concluded(found, name, flag.sources)

    def finding(self, name: str) -> Entry:
        """A finding: its rules and who reads it."""
        finding = self.book.findings[name]
        found = Entry(say("finding"), finding.title, say("A finding is a step on the way to a flag."))
        found.fact(say("Id"), finding.id)
        found.fact(say("Pack"), to("packs", finding.pack))
        return self.concluded(found, name, finding.sources)

    def urgency(self, name: str) -> Entry:
        """An urgency level: its text and its rules."""
        found = Entry(say("urgency"), self.book.title(URGENCY + name), self.book.texts[f"urgency-{name}"])
        found.fact(say("Id"), name)
        own = (self.conclusion_link(flag.id) for flag in self.book.urgent_flags if flag.urgency == name)
        found.section(say("Flags that mean this by themselves"), own)
        return self.concluded(found, URGENCY + name, ())

    def concluded(self, found: Entry, name: str, sources: Iterable[str]) -> Entry:
        """What every conclusion has: rules that lead to it, rules that read it, sources."""
        found.section(say("Rules that lead to it"), self.rules_where(lambda rule: rule.concludes == name))
        found.section(
            say("Rules that read it"), self.rules_where(lambda rule: name in set(conclusions(rule.condition)))
        )
        self.cite(found, sources)
        return found

    def rule(self, name: str) -> Entry:
        """A rule: as written, and everything it names."""
        rule, book = self.book.rule[name], self.book
        found = Entry(say("rule"), rule.id, rule.said())
        found.code = as_written(rule, self.folder)
        found.place = say("{file}, line {line}", file=rule.place.file, line=rule.place.line)
        found.fact(say("Leads to"), self.conclusion_link(rule.concludes))
        found.fact(
            say("Hidden by"), *(self.conclusion_link(flag.id) for flag in book.flags.values() if name in flag.hides)
        )
        found.fact(say("Pack"), to("packs", rule.pack))
        self.reviewed(found, f"rule {name}")
        found.fact(say("How well supported"), rule.strength)
        found.fact(say("Not all sources agree"), rule.disagreement)
        found.fact(say("In the rule book since"), rule.since)
        found.fact(say("Last changed"), rule.changed)
        found.section(
            say("Answers it reads"), (self.question_link(f) for f in book.questions if f in fields(rule.when))
        )
        read = dict.fromkeys(conclusions(rule.condition))
        found.section(say("Findings and flags it reads"), (self.conclusion_link(one) for one in read))
        self.cite(found, rule.sources)
        return found

    def question(self, name: str) -> Entry:
        """A question: its wording and the rules that read the answer."""
        question = self.book.questions[name]
        found = Entry(say("question"), question.ask, question.help)
        found.fact(say("Field of a case"), name)
        self.reviewed(found, f"question {name}")
        found.fact(say("Section"), question.section)
        found.fact(say("Why we ask"), question.why)
        before = sorted(fields(question.show_if)) if question.show_if is not None else []
        found.fact(say("Asked depending on"), *(to("questions", one) for one in before))
        found.section(say("Rules that read the answer"), self.rules_where(lambda rule: name in fields(rule.condition)))
        self.cite(found, question.sources)
        return found

    def setting(self, name: str) -> Entry:
        """A named limit."""
        setting = self.book.settings[name]
        found = Entry(say("limit"), setting.id, setting.meaning)
        found.fact(say("Value"), f"{setting.value:g} {setting.unit}")
        found.section(
            say("Rules that use it"), self.rules_where(lambda rule: f"${name}" in as_written(rule, self.folder))
        )
        self.cite(found, setting.sources)
        return found

    def note(self, name: str) -> Entry:
        """A note."""
        note = next(note for note in self.book.notes if note.id == name)
        found = Entry(say("note"), note.id, note.text)
        above = [flag.id for flag in self.book.flags.values() if name in flag.hides]
        found.fact(say("Hidden by"), *(self.conclusion_link(one) for one in above))
        found.section(say("Shown with"), (self.conclusion_link(one) for one in note.beside))
        found.section(say("Hidden while"), (self.conclusion_link(one) for one in note.unless))
        self.cite(found, note.sources)
        return found

    def source(self, name: str) -> Entry:
        """A source: what it says, and everything that rests on it."""
        source, book = self.book.sources[name], self.book
        found = Entry(say("source"), f"{source.id}: {source.title}")
        kinds = {
            "article": say("a statement of the article, in our own words"),
            "reference": say("reference"),
            "ours": say("our choice"),
        }
        found.fact(say("Kind"), kinds[source.kind])
        found.fact(say("Where"), source.detail)
        found.fact(
            say("Read at its source"),
            {"verified": say("yes"), "partly": say("in part"), "unverified": say("not yet")}[source.status],
        )
        found.fact(
            say("Link"), Link(source.link, source.link, outside=True) if source.link.startswith("https://") else ""
        )
        found.fact(say("Cited for"), source.cited_for)
        found.fact(say("Why nothing rests on it"), source.not_encoded)
        found.section(say("Rules that cite it"), self.rules_where(lambda rule: name in rule.sources))
        cited = [flag.id for flag in book.flags.values() if name in flag.sources]
        cited += [finding.id for finding in book.findings.values() if name in finding.sources]
        found.section(say("Flags and findings that cite it"), map(self.conclusion_link, cited))
        asked = [q.field for q in book.questions.values() if name in q.sources]
        found.section(say("Questions that cite it"), map(self.question_link, asked))
        found.section(
            say("Notes that cite it"), (self.note_link(note.id) for note in book.notes if name in note.sources)
        )
        limits = [limit.id for limit in book.settings.values() if name in limit.sources]
        found.section(say("Limits that cite it"), map(self.setting_link, limits))
        return found
