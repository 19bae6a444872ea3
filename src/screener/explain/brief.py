"""The answer to what was asked, on one screen: at most 25 lines; everything else is told by `--details`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from screener.explain.chain import Step
from screener.explain.goal import urgency_from
from screener.explain.ground import Use
from screener.explain.how import How
from screener.explain.questions import Explanation
from screener.explain.text import answers_in_words
from screener.explain.what_if import WhatIf
from screener.explain.why_not import WhyNot
from screener.printable import printable
from screener.report.words import level_word, status_word
from screener.rulebook.book import RuleBook
from screener.saying import counted, say

if TYPE_CHECKING:
    from screener.explain.smallest.changes import ChangeSet, SmallestChanges

WIDTH: Final = 80
MOST_LINES: Final = 25
MOST: Final = 4  # entries of one list


def text(found: Explanation) -> str:
    """The page as text, ending with a line break; what does not fit is counted."""
    book = found.case.book
    more = say("More: --details (each step, every reason and source) | --format html (a picture)")
    last = [*_wrap(f"{book.texts['brief-disclaimer']} {book.reviewed}".strip()), *_wrap(more)]
    body = list(_body(found))
    room = MOST_LINES - len(last) - 1
    if len(body) > room:
        body = [*body[: room - 1], say("… and {count} more lines", count=len(body) - room + 1)]
    return printable("\n".join([*body, "", *last])) + "\n"


def _body(found: Explanation) -> Iterator[str]:
    texts, urgency = found.case.book.texts, found.case.outcome.urgency
    if found.case.book.levels.is_urgent(urgency):
        yield from _wrap(f"{texts[f'title-{urgency}']}. {texts[f'brief-{urgency}']}", "! ")
    if line := urgency_from(found.case):
        yield from _wrap(line)
    for text in found.kept_back:
        yield from _wrap(text, "! ")
    if found.difference is not None:
        yield from _what_if(found.difference)
    if len(found.hows) == 1:
        yield from _how(found.hows[0])
    else:
        for how in found.hows:
            yield from _wrap(f"{how.chain.title} ({how.chain.goal}): {_enough(how)}", "- ")
    for why_not in found.why_nots:
        yield from _why_not(why_not, found.case.book)
    for changes in found.changes:
        yield from _changes(changes)
    if not (found.hows or found.why_nots or found.changes or found.difference):
        yield from _wrap(texts["no-match-outside" if found.case.something_is_left else "no-match"])


def _enough(how: How) -> str:
    """The smallest group of answers that is enough by itself."""
    if not how.supports:
        return say("its rules hold whatever was answered")
    first = "; ".join(words for _, words in how.supports[0].answers) or say("no answer at all")
    more = len(how.supports) - 1
    if not more:
        return first
    return first + counted(" (or 1 other group of answers)", " (or {count} other groups of answers)", more)


def _how(how: How) -> Iterator[str]:
    """One flag: the reasons that raise it, the way there, what would be enough."""
    chain = how.chain
    yield from _wrap(f"{say('raised').upper()}: {chain.title} ({chain.goal})")
    if how.suppressed or how.hidden:
        yield from _wrap(say("A stronger flag keeps this one back, so a report does not show it."), "! ")
    reasons = [(step, reason) for step in chain.steps if step.concludes == chain.goal for reason in step.reasons]
    yield say("because")
    for step, reason in reasons[:MOST]:
        uses = "; ".join(_before(use) for use in reason.uses)
        yield from _wrap(f"{reason.text} [{', '.join(reason.sources)}]", "- ")
        by = (
            say("by {rule}, from {answers}", rule=step.rule, answers=uses) if uses else say("by {rule}", rule=step.rule)
        )
        yield from _wrap(by, "  ")
    if len(reasons) > MOST:
        yield "  " + say("and {count} more reasons", count=len(reasons) - MOST)
    before = [step for step in chain.steps if step.concludes != chain.goal]
    if before:
        names = ", ".join(dict.fromkeys(_came_to(step) for step in before))
        steps = counted(
            "found before, in 1 step: {names}", "found before, in {count} steps: {names}", len(before), names=names
        )
        yield from _wrap(steps)
    yield from _wrap(say("enough by itself: {answers}", answers=_enough(how)))


def _came_to(step: Step) -> str:
    """What a step concludes, or rules out."""
    return say("not {name}", name=step.concludes) if step.status == "ruled-out" else step.concludes


def _before(use: Use) -> str:
    """An answer, or what an earlier step came to."""
    found = use.kind == "conclusion" and use.holds
    return say("{name} (found before)", name=use.name) if found else use.named


def _why_not(found: WhyNot, book: RuleBook) -> Iterator[str]:
    """What rules a flag out, or keeps it open."""
    yield from _wrap(f"{status_word(found.status).upper()}: {found.title} ({found.goal})")
    if found.refutation is not None:
        reasons = [r for step in found.refutation.steps if step.concludes == found.goal for r in step.reasons]
        yield say("none of its {count} rules can fire, whatever is still unknown", count=len(reasons))
        for reason in reasons[:MOST]:
            uses = "; ".join(use.named for use in reason.uses)
            yield from _wrap(f"{reason.rule}: {uses}", "- ")
        if len(reasons) > MOST:
            yield "  " + say("and {count} more rules", count=len(reasons) - MOST)
    if found.status == "possible":
        waits = [words for _, words in found.open_fields]
        more = f" {say('and {count} more', count=len(waits) - MOST)}" if len(waits) > MOST else ""
        yield from _wrap(say("no rule has fired; it waits for: {names}", names=", ".join(waits[:MOST]) + more))
        if found.raised_by is not None:
            answers = answers_in_words(book, found.raised_by)
            yield from _wrap(say("it would come up with: {answers}", answers=answers), "- ")
        if found.ruled_out_by is not None:
            answers = answers_in_words(book, found.ruled_out_by)
            yield from _wrap(say("it would be ruled out with: {answers}", answers=answers), "- ")


def _what_if(found: WhatIf) -> Iterator[str]:
    """What other answers change."""
    if not found.changes:
        yield f"{say('WHAT IF')}: {say('these are the answers as they were given; nothing changes')}"
        return
    for change in found.changes:
        yield from _wrap(f"{say('WHAT IF')} {change.before} -> {change.after}")
    before, after = found.urgency
    was, now = level_word(before), level_word(after)
    yield f"{say('urgency')}: {was}" + (f" -> {now}" if before != after else f", {say('unchanged')}")
    changed = [f"{s.name}: {status_word(s.before)} -> {status_word(s.after)}" for s in found.statuses]
    yield from _listed(changed, 2 * MOST)
    if not changed:
        yield say("no finding and no flag changes its status")


def _changes(found: SmallestChanges) -> Iterator[str]:
    """The smallest changes, those one could find out or check first."""
    asked = say("WHAT WOULD RAISE") if found.wanted else say("WHAT WOULD RULE OUT")
    yield from _wrap(f"{asked}: {found.title} ({found.goal})")
    if found.refused:
        yield from _wrap(found.refused)
        return
    sets = sorted(found.sets, key=lambda one: not one.checkable)
    yield from _listed([_changed(one) for one in sets])
    if not sets:
        yield say("no change of up to three answers would")


def _changed(one: ChangeSet) -> str:
    words = f"; {say('and')} ".join(one.words[0])
    return words if one.checkable else f"{words} ({say('cannot be checked')})"


def _listed(lines: list[str], most: int = MOST) -> Iterator[str]:
    """Entries of a list, and how many more there are."""
    for line in lines[:most]:
        yield from _wrap(line, "- ")
    if len(lines) > most:
        yield "  " + say("and {count} more", count=len(lines) - most)


def _wrap(line: str, first: str = "") -> list[str]:
    """A line in lines that fit, the first with something in front of it."""
    return textwrap.wrap(line, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)
