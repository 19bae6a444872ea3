"""Explanations as a page for people: the blocks that text, Markdown and HTML all render."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from screener.explain.chain import Reason, Step
from screener.explain.how import How
from screener.explain.smallest.completion import Completion
from screener.explain.smallest.supports import Support
from screener.explain.what_if import WhatIf, in_words
from screener.explain.why_not import OpenRule, WhyNot
from screener.report.page import Block, Heading, Paragraph, bullets
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import LEVELS

if TYPE_CHECKING:
    from screener.explain.smallest.changes import SmallestChanges

MOST_SUPPORTS: Final = 6
MOST_SETS: Final = 8
MOST_WAITING: Final = 8
STATUSES: Final = {"raised": "raised", "possible": "possible", "ruled-out": "ruled out", "suppressed": "suppressed"}
HIDDEN: Final = "A stronger flag keeps this one back, so a report does not show its text."
SUPPRESSED: Final = "Its rules hold, but a stronger flag stands in front of it, so a report does not show it."


def how_blocks(how: How, with_steps: bool = True) -> list[Block]:
    """How a flag came up: the steps, and the smallest groups of answers that would each be enough."""
    chain = how.chain
    blocks: list[Block] = [Heading(2, f"How: {chain.title} ({chain.goal})")]
    if how.suppressed or how.hidden:
        blocks.append(Paragraph(SUPPRESSED if how.suppressed else HIDDEN, "caution"))
    blocks += steps_blocks(chain.steps) if with_steps else []
    if how.supports:
        blocks.append(Paragraph("Any one of these groups of answers is enough by itself, the shortest first:"))
        shown = [_support(support) for support in how.supports[:MOST_SUPPORTS]]
        blocks.append(bullets([*shown, *_more(len(how.supports) - MOST_SUPPORTS, "group")]))
    return blocks


def _support(support: Support) -> str:
    return f"{'; '.join(words for _, words in support.answers) or 'no answer at all'} (by {support.rule})"


def _more(count: int, what: str) -> list[str]:
    return [f"and {count} more {what}{'' if count == 1 else 's'}"] if count > 0 else []


def steps_blocks(steps: Sequence[Step]) -> list[Block]:
    """The steps as one list; each names the steps and answers it rests on."""
    return [bullets((step_title(step), tuple(step_details(step, steps))) for step in steps)]


def step_title(step: Step) -> str:
    """A step on one line: what is concluded, and by which rule."""
    by = f" by {step.rule}" if step.rule else ""
    return f"Step {step.number}: {step.kind} {STATUSES[step.status]}: {step.title} ({step.concludes}){by}"


def step_details(step: Step, steps: Sequence[Step]) -> list[str]:
    """Why: each reason with its sources and what it rests on."""
    numbers: dict[str, list[int]] = {use.name: [] for reason in step.reasons for use in reason.uses}
    for other in steps:
        if other.concludes in numbers:
            numbers[other.concludes].append(other.number)
    if step.rule is None:
        return [_refuted(reason, numbers) for reason in step.reasons] or ["No rule in use concludes it."]
    details = []
    for reason in step.reasons:
        strength = f" ({reason.strength})" if reason.strength else ""
        details.append(f"{reason.text} [{', '.join(reason.sources)}]{strength}")
        details.append(f"Rests on: {_rests_on(reason, numbers)}.")
        if reason.disagreement:
            details.append(f"Not all sources agree: {reason.disagreement}")
    return details


def _refuted(reason: Reason, numbers: dict[str, list[int]]) -> str:
    return f"{reason.rule} can not fire: {_rests_on(reason, numbers)}."


def _rests_on(reason: Reason, numbers: dict[str, list[int]]) -> str:
    words = []
    for use in reason.uses:
        if use.kind == "answer":
            words.append(use.words)
        else:
            steps = ", ".join(str(number) for number in numbers.get(use.name, []))
            status = "" if use.holds else "not "
            words.append(f"{status}{use.name}{f' (step {steps})' if steps else ''}")
    return "; ".join(words) or "no answer, it always holds"


def why_not_blocks(found: WhyNot, book: RuleBook, with_steps: bool = True) -> list[Block]:
    """Why a flag is not there: what rules it out, or what keeps it open."""
    title = f"Why not: {found.title} ({found.goal})"
    if found.status in ("raised", "suppressed"):
        note = "It is raised. Ask how instead." if found.status == "raised" else SUPPRESSED
        return [Heading(2, title), Paragraph(note)]
    if found.refutation is not None:
        return [
            Heading(2, title),
            Paragraph("It is ruled out: none of its rules can fire, whatever the unknown answers are."),
            *(steps_blocks(found.refutation.steps) if with_steps else []),
        ]
    return [Heading(2, title), *_open(found, book)]


def _open(found: WhyNot, book: RuleBook) -> list[Block]:
    return [
        Paragraph("It is possible: no rule has fired, and these could still fire."),
        bullets((f"{rule.text} [{', '.join(rule.sources)}]", _waiting(rule, book)) for rule in found.open_rules),
        Paragraph("Unanswered questions that keep it open: " + _listed([w for _, w in found.open_fields]) + "."),
        Paragraph(_completion(found.raised_by, book, "would come up", "raise it, although no rule is ruled out yet")),
        Paragraph(_completion(found.ruled_out_by, book, "would be ruled out", "rule it out")),
    ]


def _waiting(rule: OpenRule, book: RuleBook) -> tuple[str, ...]:
    names = [book.questions[name].label if name in book.questions else name for name in rule.waits_for]
    details = []
    if names:
        details.append(f"Waits for: {_listed(names)}.")
    if rule.reads:
        details.append(f"Reads what is open itself: {_listed(rule.reads)}.")
    return tuple(details)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_WAITING
    return ", ".join(names[:MOST_WAITING]) + (f" and {more} more" if more > 0 else "")


def _completion(found: Completion | None, book: RuleBook, then: str, none: str) -> str:
    if found is None:
        return f"No answers to the open questions would {none}: the rules look at each part by itself."
    return f"For example, it {then}, whatever else is open, with: {answers_in_words(book, found)}."


def answers_in_words(book: RuleBook, found: Completion) -> str:
    """The answers of a completion in words."""
    return "; ".join(in_words(book, name, value) for name, value in found.answers.items())


def what_if_blocks(found: WhatIf) -> list[Block]:
    """What other answers change."""
    blocks: list[Block] = [Heading(2, "What if")]
    if not found.changes:
        return [*blocks, Paragraph("These are the answers as they were given: nothing changes.")]
    blocks.append(bullets(f"{before} -> {after}" for _, before, after in found.changes))
    before, after = found.urgency
    if before != after:
        texts = found.after.book.texts
        tone = "urgent" if after in LEVELS[-2:] else "plain"
        blocks.append(Paragraph(f"Urgency: {before} -> {after}. {texts[f'title-{after}']}.", tone))  # type: ignore[arg-type]
    if found.statuses:
        blocks.append(Paragraph("Findings and flags that change:"))
        blocks.append(
            bullets(f"{s.title} ({s.name}): {STATUSES[s.before]} -> {STATUSES[s.after]}" for s in found.statuses)
        )
    else:
        blocks.append(Paragraph("No finding and no flag changes its status."))
    for what, firings in (("Rules that no longer fire:", found.gone), ("Rules that fire now:", found.new)):
        rules = [firing.rule for firing in firings if firing.rule]
        if rules:
            blocks += [Paragraph(what), bullets(rules)]
    return blocks


def changes_blocks(found: SmallestChanges) -> list[Block]:
    """The smallest changes, those one could find out or check first."""
    verb = "rule out" if found.wanted is False else "raise"
    blocks: list[Block] = [Heading(2, f"Which other answers would {verb}: {found.title} ({found.goal})")]
    if found.refused:
        return [*blocks, Paragraph(found.refused, "caution")]
    blocks.append(Paragraph(ABOUT_CHANGES, "small"))
    if not found.sets:
        return [*blocks, Paragraph("No change of up to three answers would.")]
    for title, checkable in (
        ("What one could find out or check", True),
        ("What is fixed, or was said about oneself", False),
    ):
        sets = [s for s in found.sets if s.checkable is checkable]
        if sets:
            shown = [
                "; and ".join(move.words for move in s.options[0]) + _others(len(s.options) - 1)
                for s in sets[:MOST_SETS]
            ]
            blocks += [Paragraph(f"{title}:"), bullets([*shown, *_more(len(sets) - MOST_SETS, "set")])]
    return blocks


ABOUT_CHANGES: Final = (
    "Each line is a set of answers with which the rules give another result, and no smaller part of it does. This "
    "shows how the rules work. It is no advice to change anything, and another answer is only right if it is true."
)


def _others(count: int) -> str:
    return f" (or {count} other answer{'' if count == 1 else 's'} to the same)" if count else ""


def opening(lines: Iterable[str]) -> list[Block]:
    """The heading of an explanation, and what must be known before it is read."""
    return [Heading(1, "How the rules came to this"), *(Paragraph(line, "caution") for line in lines)]


def closing(book: RuleBook) -> list[Block]:
    """The safety net and the disclaimer, as at the end of every page."""
    texts = book.texts
    return [
        Heading(2, "About this page"),
        *(Paragraph(texts[key]) for key in ("safety-net", "medicines-unchanged", "disclaimer") if key in texts),
        Paragraph(f"Rule book {book.version} ({book.sha256[:12]}), packs: {', '.join(book.packs)}.", "small"),
    ]
