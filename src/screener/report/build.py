"""From an examined case to its report: flags, findings, the chain, notes, and the summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from screener.engine.outcome import Firing
from screener.logic.condition import Condition, field_of
from screener.logic.kleene import Literal, evaluate, names_of, support
from screener.report.examined import Examined
from screener.report.medicines import close_reports, medicine_reports
from screener.report.parts import (
    ChainStep,
    FindingReport,
    FlagReport,
    NoteReport,
    Reviewed,
    RuleBookId,
    Told,
)
from screener.report.summary import summary_of
from screener.report.urgency import urgency_because, urgent_unanswered
from screener.report.words import answer_word
from screener.rulebook.rule import Flag, Note
from screener.rulebook.topic import PLACEHOLDER
from screener.rulebook.wording import fill
from screener.saying import speaking

if TYPE_CHECKING:
    from screener.report.model import Report


class ReportBuilder(Examined):
    """Makes the report of an examined case."""

    def build(self, everything: bool = False) -> Report:
        """The report; with `everything`, ruled-out flags and findings are listed and refutations are in the chain."""
        from screener.report.model import Report

        return Report.model_construct(**vars(self.tell(everything)))  # of checked parts: nothing is left to validate

    def tell(self, everything: bool = False) -> Told:
        """The same report for a page in words, which needs no Pydantic."""
        with speaking(self.book.subject.language):
            return self._told(everything)

    def _told(self, everything: bool) -> Told:
        book, outcome = self.book, self.outcome
        report = Told(
            case_id=self.intake.case_id,
            rulebook=RuleBookId.of(book),
            urgency=outcome.urgency,
            flags=self.flags(everything),
            urgency_because=urgency_because(self),
            urgency_could_be=outcome.urgency_could_be,
            findings=self.findings(everything),
            chain=self.chain(everything),
            unanswered=self.unanswered(),
            urgent_unanswered=urgent_unanswered(self),
            medicines=medicine_reports(self.intake.named_medicines or (), book),
            unrecognized_medicines=list(self.facts.unrecognized),
            not_covered=self.not_covered,
            close_to=close_reports(self.intake.named_medicines or (), book),
            notes=self.notes(),
            disclaimer=book.texts.get("disclaimer", ""),
            safety_net=book.texts.get("safety-net", ""),
            reviewed=Reviewed(book.rules_reviewed, len(book.rules), book.reviewed),
            engine=outcome.engine,
        )
        report.summary = summary_of(self, report)
        return report

    # flags and findings

    def flags(self, everything: bool) -> list[FlagReport]:
        """Raised and possible flags, most urgent first, then suppressed ones."""
        listed = (flag for flag in self.book.flags.values() if everything or self.is_listed(flag))
        shown = [(self.outcome.status(flag.id), flag) for flag in listed]
        order = {"raised": 0, "possible": 1, "suppressed": 2, "ruled-out": 3}

        def rank(item: tuple[Any, Flag]) -> tuple[bool, int, int]:
            status, flag = item
            return (status in ("suppressed", "ruled-out"), -self.book.levels.index(flag.urgency), order[status])

        return [self.flag(flag, status) for status, flag in sorted(shown, key=rank)]

    def is_listed(self, flag: Flag) -> bool:
        """Whether a flag is listed when not everything was asked for."""
        value = self.outcome.values[flag.id]
        return value or (value is None and not flag.last_resort)

    def flag(self, flag: Flag, status: Any) -> FlagReport:
        """One flag's entry."""
        kept_back = status == "suppressed" or (flag.id in self.hidden and status != "ruled-out")
        if kept_back or (flag.last_resort and (self.something_is_open or self.something_is_left)):
            return FlagReport(id=flag.id, status=status)
        return FlagReport(
            id=flag.id,
            status=status,
            title=flag.title,
            urgency=flag.urgency,
            explanation=flag.explanation,
            because=self.reasons(flag.id) if status == "raised" else [],
            settled_by=self.in_order(self.open_fields(flag.id)),
            ask_your_clinician=list(flag.ask),
            sources=list(flag.sources),
            fail_safe=True if flag.fail_safe and status == "possible" else None,
        )

    def findings(self, everything: bool) -> list[FindingReport]:
        """The intermediate conclusions."""
        found = ((finding, self.outcome.status(finding.id)) for finding in self.book.findings.values())
        return [
            FindingReport(finding.id, status, None if finding.id in self.hidden else finding.title)
            for finding, status in found
            if everything or status != "ruled-out"
        ]

    # the chain

    def chain(self, everything: bool) -> list[ChainStep]:
        """The firings in an order in which each step uses only earlier ones, the same for every engine."""
        rank = self.book.rank
        firings = [firing for firing in self.outcome.firings if firing.proved or everything]
        firings.sort(key=lambda firing: (rank[firing.concludes], rank[firing.rule or firing.concludes]))
        return [self.step(number, firing) for number, firing in enumerate(firings, start=1)]

    def step(self, number: int, firing: Firing) -> ChainStep:
        """One firing as a step of the chain."""
        names = self.book.names_read[firing.rule] if firing.rule is not None else None
        if names is None:
            names = names_of(self.by_which(firing))
        status: Any = "raised" if firing.proved else "ruled-out"
        return ChainStep(step=number, rule=firing.rule, concludes=firing.concludes, status=status, from_=list(names))

    def by_which(self, firing: Firing) -> list[Literal]:
        """The answers and conclusions that a firing rests on."""
        if firing.rule is not None:
            return self.literals(self.book.rule[firing.rule])
        return [
            literal
            for rule in self.book.rules_for[firing.concludes]
            for literal in support(rule.condition, self.facts.truth, self.outcome.values, wanted=False)
        ]

    # notes

    def notes(self) -> list[NoteReport]:
        """Contradictions in the answers first, then what is good to know about the raised flags."""
        return [*self.remarks(), *self.education()]

    def remarks(self) -> list[NoteReport]:
        """What is odd about the answers."""
        texts, found = self.book.texts, []
        for name in self.facts.contradictions:
            show_if = self.book.questions[name].show_if
            assert show_if is not None
            refuting: list[Any] = support(show_if, self.facts.truth, {}, wanted=False)
            parents = self.in_order(frozenset(field_of(leaf) for leaf, _ in refuting))
            text = fill(texts.get("follow-up-contradiction", ""), field=name, parent=", ".join(parents))
            found.append(NoteReport(id=f"contradiction-{name.replace('_', '-')}", text=text, sources=[], remark=True))
        called_for = [note for note in self.book.remarks if self.holds(note.when) and not self.kept_back(note)]
        found += [NoteReport(note.id, self.worded(note), list(note.sources), remark=True) for note in called_for]
        return found

    def worded(self, note: Note) -> str:
        """A remark with the answers that it names."""

        def answer(match: re.Match[str]) -> str:
            return answer_word(self.book, match[1], self.facts.values.get(match[1]), bare=True)

        return PLACEHOLDER.sub(answer, note.text)

    def holds(self, condition: Condition | None) -> bool:
        """Whether the answers given and what was concluded from them make a condition true."""
        return condition is not None and evaluate(condition, self.facts.truth, self.outcome.values) is True

    def kept_back(self, note: Note) -> bool:
        """Whether something that is raised or possible keeps a note back."""
        return note.id in self.hidden or any(self.outcome.values.get(n, False) is not False for n in note.unless)

    def education(self) -> list[NoteReport]:
        """The notes that belong to raised flags, unless a caution hides them."""
        values, book = self.outcome.values, self.book
        raised = [n for n in book.notes_beside if values[n] and n not in self.hidden | self.outcome.suppressed]
        wanted = {note.id for name in raised for note in book.notes_beside[name]} - self.hidden
        return [
            NoteReport(id=note.id, text=note.text, sources=list(note.sources))
            for note in (book.notes if wanted else ())
            if note.id in wanted and not self.kept_back(note)
        ]
