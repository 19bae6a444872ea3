"""The report as a page for people: headings, paragraphs and lists that text, Markdown and HTML all render.

Order is part of safety: urgency comes first, then what came up and why, then what is open, what this cannot tell, and
the disclaimer and safety net at the end of every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from screener.report.blocks import Block, Folded, Heading, Paragraph, Tone, bullets, worded
from screener.report.parts import Because, Evidence, FlagReport, ReportData
from screener.report.words import answer_in_words, label, level_word, read_as, rules_line, source_line
from screener.rulebook.book import RuleBook
from screener.rulebook.wording import fill
from screener.saying import say

SETTLING_QUESTIONS: Final = 5
OPEN_RESULTS: Final = ("part-only", "close-to", "ask", "not-recognised")  # of medicines that no rule could use
MOST_QUESTIONS: Final = 8


def title_of(book: RuleBook) -> str:
    """What a report is called."""
    return say("{title}: what your answers match", title=book.subject.title)


CAUTIONS: Final[tuple[tuple[str, Tone], ...]] = (
    ("other-causes", "plain"), ("medicines-unchanged", "plain"), ("supplements", "caution"),
)  # fmt: skip


class PageBuilder:
    """Makes the page of one report."""

    def __init__(self, report: ReportData, book: RuleBook) -> None:
        self.report = report
        self.book = book
        self.cited: dict[str, None] = {}

    def page(self) -> list[Block]:
        """The whole page."""
        case = [Paragraph(say("Case: {id}", id=self.report.case_id), "small")] if self.report.case_id else []
        body = [*self.urgency(), *self.raised(), *self.possible(), *self.remarks(), *self.limits()]
        blocks = [Heading(1, title_of(self.book)), *case, *body, *self.closing(), *self.sources(), *self.more()]
        return worded(blocks)

    # urgency

    def urgency(self) -> list[Block]:
        """How soon to get help, why, and the urgent questions that were not answered."""
        report, texts = self.report, self.book.texts
        tone: Tone = "urgent" if self.book.levels.is_urgent(report.urgency) else "plain"
        blocks: list[Block] = [
            Heading(2, report.title(self.book)),
            Paragraph(texts[f"urgency-{report.urgency}"], tone),
        ]
        if report.urgency_because:
            blocks.append(bullets(self.reason(because) for because in report.urgency_because))
        if report.urgent_unanswered:
            highest = max((q.could_be for q in report.urgent_unanswered), key=self.book.levels.index)
            blocks.append(Paragraph(fill(texts["urgent-unanswered"], urgency=level_word(highest)), "caution"))
            blocks.append(bullets(self.book.questions[q.field].ask for q in report.urgent_unanswered))
        return blocks

    # flags

    def raised(self) -> list[Block]:
        """The flags that were raised, and cautions shown because an answer is missing."""
        shown = self.report.shown()
        blocks: list[Block] = [Heading(2, say("What your answers match"))] if shown else []
        for flag in told_once(shown, self.book):
            blocks += self.flag(flag)
        blocks += [Paragraph(text, "caution") for text in self.kept_back()]
        if not shown:
            blocks += [Heading(2, say("What your answers match")), Paragraph(self.book.texts[self.without_match()])]
        return blocks

    def without_match(self) -> str:
        """Which text says that nothing was raised: for certain, or only for what is known so far."""
        if not self.report.is_complete(self.book):
            return "no-match-outside"
        return "no-match" if self.report.unanswered else "no-flag"

    def kept_back(self) -> list[str]:
        """What raised flags say of the others that they keep back."""
        flags = self.book.flags
        without = {flag.id for flag in self.report.flags if not (flag.title or flags[flag.id].last_resort)}
        raised = (flags[flag.id] for flag in self.report.flags if flag.status == "raised")
        return [flag.hides_because for flag in raised if flag.hides_because and without & flag.outdone]

    def flag(self, flag: FlagReport) -> list[Block]:
        """One flag: explanation, reasons with answers and sources, what to ask."""
        blocks: list[Block] = [Heading(3, flag.title or flag.id), Paragraph(flag.explanation or "")]
        if flag.fail_safe:
            blocks.append(Paragraph(self.book.texts["fail-safe"], "caution"))
        if flag.because:
            blocks.append(bullets(self.reason(because) for because in flag.because))
        return blocks

    def reason(self, because: Because) -> tuple[str, tuple[str, ...]]:
        """A reason with what was told, and where it comes from."""
        self.cited.update(dict.fromkeys(because.sources))
        strength = f" ({because.strength})" if because.strength else ""
        return f"{because.text} [{', '.join(because.sources)}]{strength}", tuple(self.details(because))

    def details(self, because: Because) -> list[str]:
        """What was told, and whether sources differ."""
        found = []
        if because.evidence:
            found.append(say("What you told us: {answers}.", answers=self.told(because.evidence)))
        if because.disagreement:
            found.append(say("Not all sources agree: {how}", how=because.disagreement))
        return found

    def told(self, evidence: list[Evidence]) -> str:
        """Answers in words; what was answered with no comes together at the end."""
        words = [answer_in_words(self.book, e.field, e.value) for e in evidence if e.value is not False]
        denied = [label(self.book, e.field) for e in evidence if e.value is False]
        if denied:
            words.append(say("no to {answers}", answers=", ".join(denied)))
        return "; ".join(words)

    def possible(self) -> list[Block]:
        """What is still open, briefly, and the few answers that would settle most of it."""
        open_flags = [f for f in self.report.flags if f.status == "possible" and f.title and not f.fail_safe]
        if not open_flags:
            return []
        names = "; ".join(flag.title or "" for flag in open_flags)
        return [
            Heading(2, say("What is still open")),
            Paragraph(fill(self.book.texts["unknowns"], count=len(self.report.unanswered))),
            Paragraph(say("These could still come up: {titles}.", titles=names)),
            Paragraph(say("These answers would settle most of it:")),
            bullets(self.book.questions[name].ask for name in settling(open_flags)),
        ]

    # besides the flags

    def remarks(self) -> list[Block]:
        """What the medicines were understood as, those that were not recognised, and what is odd about the answers."""
        blocks = self.medicines()
        remarks = [note.text for note in self.report.notes if note.remark]
        if remarks:
            blocks += [Heading(2, say("About your answers")), bullets(remarks)]
        return blocks

    def medicines(self) -> list[Block]:
        """Every medicine that was named: what it was understood as, or that it was not."""
        known = [medicine for medicine in self.report.medicines if medicine.result in ("recognised", "not-counted")]
        open_ones = [medicine for medicine in self.report.medicines if medicine.result in OPEN_RESULTS]
        blocks: list[Block] = []
        if known:
            blocks += [Heading(2, say("Your medicines, as we read them")), bullets(dict.fromkeys(map(read_as, known)))]
        if open_ones:
            blocks += [
                Heading(2, say("Medicines we did not recognise")),
                bullets(dict.fromkeys(medicine.reason or medicine.typed for medicine in open_ones)),
                Paragraph(self.book.texts["unrecognized-medicines"], "caution"),
            ]
        return blocks

    def more(self) -> list[Block]:
        """What is good to know about the flags, for those who want to read on."""
        notes = [note for note in self.report.notes if not note.remark]
        if not notes:
            return []
        items = bullets(f"{note.text} [{', '.join(note.sources)}]" for note in notes)
        return [Folded(say("More to know"), (items,))]

    def limits(self) -> list[Block]:
        """What to ask, and what this page cannot tell."""
        texts = self.book.texts
        questions = self.questions()
        blocks: list[Block] = []
        if questions:
            blocks += [Heading(2, self.book.texts["heading-ask-whom"]), bullets(questions)]
        cautions = [(texts[key], tone) for key, tone in CAUTIONS if texts[key]]
        if cautions:
            blocks.append(Heading(2, say("What this page cannot tell")))
        return [*blocks, *(Paragraph(text, tone) for text, tone in cautions)]

    def questions(self) -> list[str]:
        """What to ask: the first question of each flag shown in full, then the second, up to a few."""
        shown = [f.ask_your_clinician or [] for f in self.report.flags if f.status == "raised" or f.fail_safe]
        rounds = zip_longest(*shown)
        return list(dict.fromkeys(q for one in rounds for q in one if q))[:MOST_QUESTIONS]

    def closing(self) -> list[Block]:
        """The signs that need help at once, the safety net and the disclaimer."""
        return [
            Heading(2, say("When to get help at once")),
            Paragraph(self.book.texts["urgent-signs"]),
            Paragraph(self.report.safety_net),
            Heading(2, say("About this page")),
            Paragraph(self.report.disclaimer),
            Paragraph(self.book.texts["footer"], "small"),
            Paragraph(rules_line(self.book), "small"),
        ]

    # sources

    def sources(self) -> list[Block]:
        """The sources named on this page; those not yet verified say so."""
        if not self.cited:
            return []
        return [Heading(2, say("Sources")), bullets(source_line(self.book, name) for name in sorted(self.cited))]


def told_once(flags: Iterable[FlagReport], book: RuleBook) -> Iterator[FlagReport]:
    """The flags; where a topic has words for several that are merely possible, one speaks for all of them."""
    flags = list(flags)
    groups = [topic.while_possible for topic in book.complete_topics.values() if topic.while_possible]
    told: set[str] = set()
    for flag in flags:
        group = next((group for group in groups if flag.fail_safe and flag.id in group.flags), None)
        if group is None:
            yield flag
        elif group.title not in told:
            told.add(group.title)
            these = [one for one in flags if one.fail_safe and one.id in group.flags]
            yield replace(
                flag,
                title=group.title,
                explanation=group.text,
                sources=list(group.sources),
                ask_your_clinician=list(dict.fromkeys(ask for one in these for ask in one.ask_your_clinician or ())),
            )


def settling(flags: Iterable[FlagReport]) -> list[str]:
    """The few fields that occur in most of the open flags, most frequent first."""
    counts = Counter(name for flag in flags for name in flag.settled_by or [])
    return [name for name, _ in counts.most_common(SETTLING_QUESTIONS)]
