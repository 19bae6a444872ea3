"""Explanations as a page for people: the blocks that text, Markdown and HTML all render."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from screener.explain.chain import Reason, Step
from screener.explain.goal import urgency_from, urgent
from screener.explain.how import How
from screener.explain.questions import Explanation
from screener.explain.smallest.completion import Completion
from screener.explain.smallest.supports import Support
from screener.explain.what_if import WhatIf, in_words
from screener.explain.why_not import OpenRule, WhyNot
from screener.report.blocks import Block, Heading, Paragraph, Tone, bullets
from screener.report.words import kind_word, label, level_word, rules_line, status_word
from screener.rulebook.book import RuleBook
from screener.saying import counted, say

if TYPE_CHECKING:
    from screener.explain.smallest.changes import SmallestChanges


MOST_SUPPORTS: Final = 6
MOST_SETS: Final = 8
MOST_WAITING: Final = 8
HIDDEN: Final = "A stronger flag keeps this one back, so a report does not show its text."
SUPPRESSED: Final = "Its rules hold, but a stronger flag takes precedence, so a report does not show it."
ABOUT_CHANGES: Final = (
    "Each line is a set of answers with which the rules give another result, and no smaller part of it does. This "
    "shows how the rules work. It is no advice to change anything, and another answer is only right if it is true."
)


def page(found: Explanation) -> list[Block]:
    """The whole page: what is urgent first, the disclaimer and safety net last."""
    return [*head(found), *body(found), *closing(found.case.book)]


def head(found: Explanation) -> list[Block]:
    """The heading, and what is urgent."""
    blocks: list[Block] = [Heading(1, say("How the rules came to this"))]
    blocks += [Paragraph(line, "caution") for line in found.kept_back]
    if first := urgent(found.case):
        blocks.append(Paragraph(first, "urgent"))
    if line := urgency_from(found.case):
        blocks.append(Paragraph(line))
    if found.case.intake.case_id:
        blocks.append(Paragraph(say("Case: {id}", id=found.case.intake.case_id), "small"))
    return blocks


def body(found: Explanation, with_steps: bool = True) -> list[Block]:
    """The answers to what was asked; without steps where these are elsewhere."""
    book = found.case.book
    blocks: list[Block] = what_if_blocks(found.difference) if found.difference else []
    for how in found.hows:
        blocks += how_blocks(how, with_steps)
    for why_not in found.why_nots:
        blocks += why_not_blocks(why_not, book, with_steps)
    for changes in found.changes:
        blocks += changes_blocks(changes)
    return blocks or [Paragraph(book.texts["no-match-outside" if found.case.something_is_left else "no-match"])]


def how_blocks(how: How, with_steps: bool = True) -> list[Block]:
    """How a flag came up: the steps, and the smallest groups of answers that would each be enough."""
    chain = how.chain
    blocks: list[Block] = [Heading(2, f"{say('How')}: {chain.title} ({chain.goal})")]
    if how.suppressed or how.hidden:
        blocks.append(Paragraph(say(SUPPRESSED) if how.suppressed else say(HIDDEN), "caution"))
    blocks += steps_blocks(chain.steps) if with_steps else []
    if how.supports:
        blocks.append(Paragraph(say("Any one of these groups of answers is enough by itself, the shortest first:")))
        shown = [_support(support) for support in how.supports[:MOST_SUPPORTS]]
        blocks.append(bullets([*shown, *_more(len(how.supports) - MOST_SUPPORTS)]))
    return blocks


def _support(support: Support) -> str:
    answers = "; ".join(words for _, words in support.answers) or say("no answer at all")
    return f"{answers} ({say('by {rule}', rule=support.rule)})"


def _more(count: int) -> list[str]:
    return [say("and {count} more", count=count)] if count > 0 else []


def steps_blocks(steps: Sequence[Step]) -> list[Block]:
    """The steps as one list; each names the steps and answers it rests on."""
    return [bullets((step_title(step), tuple(step_details(step, steps))) for step in steps)]


def step_title(step: Step) -> str:
    """A step on one line: what is concluded, and by which rule."""
    by = f" {say('by {rule}', rule=step.rule)}" if step.rule else ""
    what = f"{kind_word(step.kind)} {status_word(step.status)}: {step.title} ({step.concludes})"
    return say("Step {number}: {what}", number=step.number, what=what) + by


def step_details(step: Step, steps: Sequence[Step]) -> list[str]:
    """Why: each reason with its sources and what it rests on."""
    numbers: dict[str, list[int]] = {use.name: [] for reason in step.reasons for use in reason.uses}
    for other in steps:
        if other.concludes in numbers:
            numbers[other.concludes].append(other.number)
    if step.rule is None:
        return [
            say("{rule} cannot fire: {answers}.", rule=reason.rule, answers=_rests_on(reason, numbers))
            for reason in step.reasons
        ] or [say("No rule in use concludes it.")]
    details = []
    for reason in step.reasons:
        strength = f" ({reason.strength})" if reason.strength else ""
        details.append(f"{reason.text} [{', '.join(reason.sources)}]{strength}")
        details.append(say("Rests on: {answers}.", answers=_rests_on(reason, numbers)))
        if reason.disagreement:
            details.append(say("Not all sources agree: {how}", how=reason.disagreement))
    return details


def _rests_on(reason: Reason, numbers: dict[str, list[int]]) -> str:
    words = []
    for use in reason.uses:
        steps = ", ".join(str(number) for number in numbers[use.name]) if use.kind == "conclusion" else ""
        words.append(f"{use.named} ({say('step {numbers}', numbers=steps)})" if steps else use.named)
    return "; ".join(words) or say("no answer, it always holds")


def why_not_blocks(found: WhyNot, book: RuleBook, with_steps: bool = True) -> list[Block]:
    """Why a flag is not there: what rules it out, or what keeps it open."""
    blocks: list[Block] = [Heading(2, f"{say('Why not')}: {found.title} ({found.goal})")]
    if found.status == "raised":
        blocks.append(Paragraph(say("It is raised. Ask how instead.")))
    elif found.status == "suppressed":
        blocks.append(Paragraph(say(SUPPRESSED)))
    elif found.refutation is None:
        blocks += _open(found, book)
    else:
        blocks.append(Paragraph(say("It is ruled out: none of its rules can fire, whatever the unknown answers are.")))
        blocks += steps_blocks(found.refutation.steps) if with_steps else []
    return blocks


def _open(found: WhyNot, book: RuleBook) -> list[Block]:
    return [
        Paragraph(say("It is possible: no rule has fired, and these could still fire.")),
        bullets((f"{rule.text} [{', '.join(rule.sources)}]", _waiting(rule, book)) for rule in found.open_rules),
        Paragraph(
            say("Unanswered questions that keep it open: {names}.", names=_listed([w for _, w in found.open_fields]))
        ),
        Paragraph(_raised_by(found.raised_by, book)),
        Paragraph(_ruled_out_by(found.ruled_out_by, book)),
    ]


def _waiting(rule: OpenRule, book: RuleBook) -> tuple[str, ...]:
    names = [label(book, name) for name in rule.waits_for]
    details = []
    if names:
        details.append(say("Waits for: {names}.", names=_listed(names)))
    if rule.reads:
        details.append(say("Reads what is open itself: {names}.", names=_listed(rule.reads)))
    return tuple(details)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_WAITING
    return ", ".join(names[:MOST_WAITING]) + (" " + say("and {count} more", count=more) if more > 0 else "")


def _raised_by(found: Completion | None, book: RuleBook) -> str:
    if found is None:
        return say(
            "No answers to the open questions would raise it, although no rule is ruled out yet: the rules look at "
            "each part by itself."
        )
    answers = answers_in_words(book, found)
    return say("For example, it would come up, whatever else is open, with: {answers}.", answers=answers)


def _ruled_out_by(found: Completion | None, book: RuleBook) -> str:
    if found is None:
        return say("No answers to the open questions would rule it out: the rules look at each part by itself.")
    answers = answers_in_words(book, found)
    return say("For example, it would be ruled out, whatever else is open, with: {answers}.", answers=answers)


def answers_in_words(book: RuleBook, found: Completion) -> str:
    """The answers of a completion in words."""
    return "; ".join(in_words(book, name, value) for name, value in found.answers.items())


def what_if_blocks(found: WhatIf) -> list[Block]:
    """What other answers change."""
    blocks: list[Block] = [Heading(2, say("What if"))]
    if not found.changes:
        return [*blocks, Paragraph(say("These are the answers as they were given: nothing changes."))]
    blocks.append(bullets(f"{change.before} -> {change.after}" for change in found.changes))
    before, after = found.urgency
    if before != after:
        texts, was, now = found.after.book.texts, level_word(before), level_word(after)
        tone: Tone = "urgent" if found.after.book.levels.is_urgent(after) else "plain"
        blocks.append(Paragraph(f"{say('Urgency')}: {was} -> {now}. {texts[f'title-{after}']}.", tone))
    if found.statuses:
        blocks.append(Paragraph(say("Findings and flags that change:")))
        blocks.append(
            bullets(f"{s.title} ({s.name}): {status_word(s.before)} -> {status_word(s.after)}" for s in found.statuses)
        )
    else:
        blocks.append(Paragraph(say("No finding and no flag changes its status.")))
    for what, firings in ((say("Rules that no longer fire:"), found.gone), (say("Rules that fire now:"), found.new)):
        rules = [firing.rule for firing in firings if firing.rule]
        if rules:
            blocks += [Paragraph(what), bullets(rules)]
    return blocks


def changes_blocks(found: SmallestChanges) -> list[Block]:
    """The smallest changes, those one could find out or check first."""
    asked = say("Which other answers would raise") if found.wanted else say("Which other answers would rule out")
    blocks: list[Block] = [Heading(2, f"{asked}: {found.title} ({found.goal})")]
    if found.refused:
        return [*blocks, Paragraph(found.refused, "caution")]
    blocks.append(Paragraph(say(ABOUT_CHANGES), "small"))
    if not found.sets:
        return [*blocks, Paragraph(say("No change of up to three answers would."))]
    for title, checkable in (
        (say("What one could find out or check"), True),
        (say("What is fixed, or was said about oneself"), False),
    ):
        sets = [s for s in found.sets if s.checkable is checkable]
        if sets:
            shown = [f"; {say('and')} ".join(s.words[0]) + _others(len(s.options) - 1) for s in sets[:MOST_SETS]]
            blocks += [Paragraph(f"{title}:"), bullets([*shown, *_more(len(sets) - MOST_SETS)])]
    return blocks


def _others(count: int) -> str:
    if not count:
        return ""
    return counted(" (or 1 other answer to the same)", " (or {count} other answers to the same)", count)


def closing(book: RuleBook) -> list[Block]:
    """The safety net and the disclaimer, as at the end of every page."""
    texts = book.texts
    return [
        Heading(2, say("About this page")),
        *(Paragraph(texts[key]) for key in ("safety-net", "medicines-unchanged", "disclaimer") if key in texts),
        Paragraph(rules_line(book), "small"),
    ]
