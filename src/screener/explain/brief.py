"""The answer to what was asked, on one screen: at most 25 lines; everything else is told by `--details`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from screener.explain.goal import urgency_from
from screener.explain.how import How
from screener.explain.questions import Explanation
from screener.explain.text import STATUSES, answers_in_words
from screener.explain.what_if import WhatIf
from screener.explain.why_not import WhyNot
from screener.printable import printable
from screener.rulebook.book import RuleBook

if TYPE_CHECKING:
    from screener.explain.smallest.changes import SmallestChanges

WIDTH: Final = 80
MOST_LINES: Final = 25
MOST: Final = 4  # entries of one list
HINT: Final = "More: --details (each step, every reason and source) | --format html (a picture)"


def text(found: Explanation) -> str:
    """The page as text, ending with a line break; what does not fit is counted."""
    book = found.case.book
    last = [*_wrap(book.texts["brief-disclaimer"]), HINT]
    body = list(_body(found))
    room = MOST_LINES - len(last) - 1
    if len(body) > room:
        body = [*body[: room - 1], f"… and {len(body) - room + 1} more lines"]
    return printable("\n".join([*body, "", *last])) + "\n"


def _body(found: Explanation) -> Iterator[str]:
    texts, urgency = found.case.book.texts, found.case.outcome.urgency
    if urgency in ("same-day", "emergency"):
        yield from _wrap(f"{texts[f'title-{urgency}']}. {texts[f'brief-{urgency}']}", "! ", "  ")
    if line := urgency_from(found.case):
        yield from _wrap(line)
    if found.keeps_back:
        yield from _wrap(texts["hidden-low-talk"], "! ", "  ")
    if found.difference is not None:
        yield from _what_if(found.difference)
    short = len(found.hows) > 1
    for how in found.hows:
        yield from _how_shortly(how) if short else _how(how)
    for why_not in found.why_nots:
        yield from _why_not(why_not, found.case.book)
    for changes in found.changes:
        yield from _changes(changes)
    if not (found.hows or found.why_nots or found.changes or found.difference):
        yield from _wrap(texts["no-match-outside" if found.case.something_is_left else "no-match"])


def _how_shortly(how: How) -> Iterator[str]:
    """A raised flag on a line or two: the smallest group of answers that is enough by itself."""
    yield from _wrap(f"{how.chain.title} ({how.chain.goal}): {_enough(how)}", "- ", "  ")


def _enough(how: How) -> str:
    if not how.supports:
        return "its rules hold whatever was answered"
    first = "; ".join(words for _, words in how.supports[0].answers) or "no answer at all"
    more = len(how.supports) - 1
    return first + (f" (or {more} other group{'s' if more > 1 else ''} of answers)" if more else "")


def _how(how: How) -> Iterator[str]:
    """One flag: the reasons that raise it, the way there, what would be enough."""
    chain = how.chain
    yield from _wrap(f"RAISED: {chain.title} ({chain.goal})")
    if how.suppressed or how.hidden:
        yield from _wrap("A stronger flag keeps this one back, so a report does not show it.", "! ", "  ")
    reasons = [(step, reason) for step in chain.steps if step.concludes == chain.goal for reason in step.reasons]
    yield "because"
    for step, reason in reasons[:MOST]:
        uses = "; ".join(use.words if use.kind == "answer" else f"{use.name} (found before)" for use in reason.uses)
        yield from _wrap(f"{reason.text} [{', '.join(reason.sources)}]", "- ", "  ")
        yield from _wrap(f"by {step.rule}, from {uses}" if uses else f"by {step.rule}", "  ", "  ")
    if len(reasons) > MOST:
        yield f"  and {len(reasons) - MOST} more reasons"
    before = [step for step in chain.steps if step.concludes != chain.goal]
    if before:
        names = dict.fromkeys(step.concludes for step in before)
        yield from _wrap(f"found before, in {len(before)} steps: {', '.join(names)}")
    yield from _wrap(f"enough by itself: {_enough(how)}")


def _why_not(found: WhyNot, book: RuleBook) -> Iterator[str]:
    """What rules a flag out, or keeps it open."""
    yield from _wrap(f"{STATUSES[found.status].upper()}: {found.title} ({found.goal})")
    if found.refutation is not None:
        reasons = [r for step in found.refutation.steps if step.concludes == found.goal for r in step.reasons]
        yield f"none of its {len(reasons)} rules can fire, whatever is still unknown"
        for reason in reasons[:MOST]:
            uses = "; ".join(use.words if use.kind == "answer" else f"not {use.name}" for use in reason.uses)
            yield from _wrap(f"{reason.rule}: {uses}", "- ", "  ")
        if len(reasons) > MOST:
            yield f"  and {len(reasons) - MOST} more rules"
    if found.status == "possible":
        waits = [words for _, words in found.open_fields]
        more = f" and {len(waits) - MOST} more" if len(waits) > MOST else ""
        yield from _wrap(f"no rule has fired; it waits for: {', '.join(waits[:MOST])}{more}")
        if found.raised_by is not None:
            yield from _wrap(f"it would come up with: {answers_in_words(book, found.raised_by)}", "- ", "  ")
        if found.ruled_out_by is not None:
            yield from _wrap(f"it would be ruled out with: {answers_in_words(book, found.ruled_out_by)}", "- ", "  ")


def _what_if(found: WhatIf) -> Iterator[str]:
    """What other answers change."""
    if not found.changes:
        yield "WHAT IF: these are the answers as they were given; nothing changes"
        return
    for _, before, after in found.changes:
        yield from _wrap(f"WHAT IF {before} -> {after}")
    before, after = found.urgency
    yield f"urgency: {before}" + (f" -> {after}" if before != after else ", unchanged")
    changed = [f"{s.name}: {STATUSES[s.before]} -> {STATUSES[s.after]}" for s in found.statuses]
    for line in changed[: 2 * MOST]:
        yield from _wrap(line, "- ", "  ")
    if len(changed) > 2 * MOST:
        yield f"  and {len(changed) - 2 * MOST} more"
    if not changed:
        yield "no finding and no flag changes its status"


def _changes(found: SmallestChanges) -> Iterator[str]:
    """The smallest changes, those one could find out or check first."""
    yield from _wrap(f"WHAT WOULD {'RAISE' if found.wanted else 'RULE OUT'}: {found.title} ({found.goal})")
    if found.refused:
        yield from _wrap(found.refused)
        return
    sets = sorted(found.sets, key=lambda one: not one.checkable)
    for one in sets[:MOST]:
        checked = "" if one.checkable else " (cannot be checked)"
        yield from _wrap("; and ".join(move.words for move in one.options[0]) + checked, "- ", "  ")
    if len(sets) > MOST:
        yield f"  and {len(sets) - MOST} more"
    if not sets:
        yield "no change of up to three answers would"


def _wrap(line: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        line, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    )
