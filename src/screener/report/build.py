"""From an outcome to the report: reasons, what is still open, and what must be said beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from screener.case.bound import Bound
from screener.case.fields import BaseIntake
from screener.engine.facts import Facts
from screener.engine.outcome import Firing, Outcome
from screener.logic.condition import Concluded, Condition, Takes, field_of
from screener.logic.kleene import Literal, evaluate, names_of, support
from screener.memo import memo
from screener.report.grounds import Grounds
from screener.report.heard import anything_told, none_is_outside, not_covered, title_key, yes_beside
from screener.report.medicines import close_reports, medicine_reports
from screener.report.model import (
    Because,
    ChainStep,
    Evidence,
    FindingReport,
    FlagReport,
    NoteReport,
    Report,
    RuleBookId,
)
from screener.report.summary import NO_SUMMARY, summary_of
from screener.report.urgency import urgency_because, urgent_unanswered
from screener.report.words import answer_word
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.result import Recognised
from screener.rulebook.rule import LEVELS, URGENCY, Flag, Note, Rule
from screener.rulebook.topic import PLACEHOLDER
from screener.rulebook.wording import fill
from screener.saying import speaking


@dataclass
class ReportBuilder:
    """Everything about one case that the report and its explanations are made from.

    Attributes:
        intake: the answers as given.
        facts: what conditions read.
        outcome: what the engine concluded.
        book: the rule book with its active packs.
    """

    intake: BaseIntake
    facts: Facts
    outcome: Outcome
    book: RuleBook

    def __post_init__(self) -> None:
        self.grounds = Grounds(self.facts, self.outcome, self.book)

    def build(self, everything: bool = False) -> Report:
        """The report; with `everything`, ruled-out flags and findings are listed and refutations are in the chain."""
        with speaking(self.book.subject.language):
            return self._built(everything)

    def _built(self, everything: bool) -> Report:
        book, outcome = self.book, self.outcome
        report: Report = Report.model_construct(  # made of checked parts: nothing is left to validate
            case_id=self.intake.case_id,
            rulebook=RuleBookId(version=book.version, sha256=book.sha256, packs=list(book.packs)),
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
            engine=outcome.engine,
            summary=NO_SUMMARY,
        )
        report.summary = summary_of(self, report)
        return report

    def title_key(self) -> str:
        """The text that says how soon: that nothing is urgent only where something speaks of all that was told."""
        return title_key(self.outcome.urgency, self.is_outside)

    @memo
    def is_outside(self) -> bool:
        """Whether an urgency of none says nothing of some of what was told."""
        raised = {name for name in self.book.flags if self.outcome.status(name) == "raised"}
        return none_is_outside(self.not_covered, list(self.facts.unrecognized), raised, self.book)

    # flags and findings

    def flags(self, everything: bool) -> list[FlagReport]:
        """Raised and possible flags, most urgent first, then suppressed ones."""
        values = self.outcome.values
        some = [flag for flag in self.book.flags.values() if everything or values[flag.id] is not False]
        listed = [(self.outcome.status(flag.id), flag) for flag in some]
        shown = [(status, flag) for status, flag in listed if everything or self.is_listed(flag, status)]
        order = {"raised": 0, "possible": 1, "suppressed": 2, "ruled-out": 3}

        def rank(item: tuple[Any, Flag]) -> tuple[bool, int, int]:
            status, flag = item
            return (status in ("suppressed", "ruled-out"), -LEVELS.index(flag.urgency), order[status])

        return [self.flag(flag, status) for status, flag in sorted(shown, key=rank)]

    def is_listed(self, flag: Flag, status: str) -> bool:
        """Whether a flag with this status is listed when not everything was asked for."""
        return not (status == "possible" and flag.last_resort)

    def flag(self, flag: Flag, status: Any) -> FlagReport:
        """One flag's entry."""
        if status == "suppressed" or (flag.id in self.hidden and status != "ruled-out"):
            return FlagReport(id=flag.id, status=status)
        if flag.last_resort and (self.something_is_open or self.something_is_left):
            return FlagReport(id=flag.id, status=status)
        return FlagReport(
            id=flag.id,
            status=status,
            title=flag.title,
            urgency=flag.urgency,
            explanation=flag.explanation,
            because=self.reasons(flag.id) if status == "raised" else [],
            settled_by=self.in_order(self.open_fields(flag.id)) if status == "possible" else [],
            ask_your_clinician=list(flag.ask),
            sources=list(flag.sources),
            fail_safe=True if flag.fail_safe and status == "possible" else None,
        )

    @memo
    def not_covered(self) -> list[str]:
        """The answers that nothing here speaks of: no rule, and, where nothing is urgent, no raised flag."""
        found = not_covered(self.facts, self.outcome.values, self.book)
        if self.outcome.urgency != LEVELS[0]:
            return found
        return self.in_order(frozenset((*found, *yes_beside(self.spoken_of, self.facts, self.book))))

    @memo
    def spoken_of(self) -> frozenset[str]:
        """The fields that the raised flags rest on, those that are shown."""
        raised = (flag for flag in self.book.flags.values() if self.outcome.status(flag.id) == "raised")
        shown = [flag.id for flag in raised if not flag.last_resort and flag.id not in self.hidden]
        leaves = (leaf for name in shown for leaf, _ in self.grounds.behind_conclusion(name))
        return frozenset(field_of(leaf) for leaf in leaves if not isinstance(leaf, Concluded))

    @memo
    def something_is_left(self) -> bool:
        """Whether something was told that nothing here speaks of: then no last resort is shown either."""
        return bool(self.not_covered or self.facts.unrecognized) or anything_told(self.facts, self.book)

    @memo
    def something_is_open(self) -> bool:
        """Whether an unknown answer could still raise a flag or an urgency: then no last resort is shown."""
        values = self.outcome.values
        return self.outcome.urgency_could_be != LEVELS[0] or any(values[name] is None for name in self.book.flags)

    @memo
    def hidden(self) -> frozenset[str]:
        """Flags, findings, rules and notes whose text a raised flag hides."""
        raised = [flag for flag in self.book.flags.values() if self.outcome.values[flag.id] is True]
        return frozenset(name for flag in raised for name in (*flag.hides, *flag.suppresses))

    def findings(self, everything: bool) -> list[FindingReport]:
        """The intermediate conclusions."""
        entries: list[FindingReport] = []
        for finding in self.book.findings.values():
            status = self.outcome.status(finding.id)
            if everything or status != "ruled-out":
                shown = finding.id not in self.hidden
                entries.append(FindingReport(id=finding.id, status=status, title=finding.title if shown else None))
        return entries

    # reasons

    def reasons(self, conclusion: str) -> list[Because]:
        """Why a conclusion holds: one entry for each rule that was proved."""
        shown = self.grounds.proved - self.hidden
        shown -= {other for rule in shown for other in self.book.rule[rule].instead_of}
        return [self.reason(rule) for rule in self.book.rules_for[conclusion] if rule.id in shown]

    def reason(self, rule: Rule) -> Because:
        """A proved rule as a reason."""
        literals = self.literals(rule)
        return Because(
            rule=rule.id,
            text=rule.said(self.medicines_behind(literals)),
            evidence=self.evidence(self.grounds.behind(literals)),
            findings=[leaf.id for leaf, wanted in literals if isinstance(leaf, Concluded) and wanted],
            sources=list(rule.sources),
            pack=rule.pack,
            strength=rule.strength or None,
            disagreement=rule.disagreement or None,
        )

    def literals(self, rule: Rule) -> list[Literal]:
        """The answers and conclusions by which a proved rule holds."""
        return self.grounds.literals(rule)

    def evidence(self, literals: Iterable[Literal]) -> list[Evidence]:
        """The answers among the literals, each field once."""
        found: dict[str, Any] = {}
        values = self.facts.values
        for leaf, wanted in literals:
            if type(leaf) is Takes:
                names = self.names_matching(leaf) if wanted else self.names()
                found["medicines"] = list(dict.fromkeys([*found.get("medicines", []), *names]))
            elif not isinstance(leaf, Concluded):
                name = field_of(leaf)
                value = values.get(name)
                found[name] = self.book.fields.written(name, value) if isinstance(value, Bound) else value
        return [Evidence(name, value) for name, value in found.items()]

    def medicines_behind(self, literals: list[Literal]) -> list[str]:
        """The medicines that a rule holds by: those it reads itself, or those of the first conclusion that has any."""
        read = [(leaf, wanted) for leaf, wanted in literals if isinstance(leaf, Concluded)]
        for some in (literals, *(self.grounds.behind([literal]) for literal in read)):
            taken = [leaf for leaf, wanted in some if wanted and isinstance(leaf, Takes)]
            if taken:
                return list(dict.fromkeys(name for leaf in taken for name in self.parts_matching(leaf)))
        return []

    def names(self) -> list[str]:
        """The medicines as they were named."""
        return [medicine.name for medicine in self.intake.named_medicines or ()]

    def names_matching(self, atom: Takes) -> list[str]:
        """The medicines by which an atom holds."""
        taken = [medicine for medicine in self.intake.named_medicines or () if atom.long_enough(medicine.months)]
        marks, match = set(atom.marks), self.book.medicines.match
        return [medicine.name for medicine in taken if match(medicine.name).marks & marks]

    def parts_matching(self, atom: Takes) -> list[str]:
        """The same as they are named in a sentence: of several medicines in one line, the part that is meant."""
        marks, found = set(atom.marks), list[str]()
        for name in self.names_matching(atom):
            results = self.book.medicines.match(name).results
            parts = [one.typed for one in results if isinstance(one, Recognised) and one.marks & marks]
            found += parts if len(results) > 1 else [name]
        return found

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

    # what is open

    def open_fields(self, conclusion: str) -> frozenset[str]:
        """The unanswered fields that are left in a possible conclusion once what is known has been substituted."""
        return self.grounds.open_fields(conclusion)

    def unanswered(self) -> list[str]:
        """The unanswered fields that could still change a status or the urgency, in the order of the interview."""
        lower = LEVELS[: LEVELS.index(self.outcome.urgency) + 1]
        settled = {URGENCY + level for level in lower}
        names = [name for name, value in self.outcome.values.items() if value is None and name not in settled]
        return self.in_order(frozenset().union(*(self.open_fields(name) for name in names)))

    def in_order(self, names: frozenset[str]) -> list[str]:
        """Fields in the order of the interview."""
        if not names:
            return []
        asked = [name for name in self.book.questions if name in names]
        return [*asked, *sorted(names - set(asked))]

    # notes

    def notes(self) -> list[NoteReport]:
        """Contradictions in the answers first, then what is good to know beside the raised flags."""
        return [*self.remarks(), *self.education()]

    def remarks(self) -> list[NoteReport]:
        """What is odd about the answers."""
        texts, found = self.book.texts, []
        for name in self.facts.contradictions:
            show_if = self.book.questions[name].show_if
            assert show_if is not None
            parents = self.in_order(frozenset(field_of(leaf) for leaf, _ in _refuting(show_if, self.facts)))
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
        """The notes that stand beside raised flags, unless a caution hides them."""
        values, book = self.outcome.values, self.book
        raised = [n for n in book.notes_beside if values[n] and n not in self.hidden | self.outcome.suppressed]
        wanted = {note.id for name in raised for note in book.notes_beside[name]} - self.hidden
        return [
            NoteReport(id=note.id, text=note.text, sources=list(note.sources))
            for note in (book.notes if wanted else ())
            if note.id in wanted and not self.kept_back(note)
        ]


def _refuting(show_if: Any, facts: Facts) -> list[Any]:
    """The answers by which a follow-up does not apply."""
    return support(show_if, facts.truth, {}, wanted=False)
