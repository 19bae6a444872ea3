"""Explanations for people: the page as blocks, which text, Markdown and HTML all render, and what fits one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from screener.explain.goal import urgency_from, urgent
from screener.explain.questions import Explanation
from screener.explain.words import wrapped
from screener.printable import printable
from screener.report.blocks import Block, Heading, Paragraph
from screener.report.words import rules_line
from screener.rulebook.book import RuleBook
from screener.saying import say

MOST_LINES: Final = 25  # of a screen


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
    blocks = found.difference.blocks() if found.difference else []
    for answer in (*found.hows, *found.others):
        blocks += answer.blocks(with_steps)
    return blocks or [Paragraph(book.texts["no-match-outside" if found.case.something_is_left else "no-match"])]


def closing(book: RuleBook) -> list[Block]:
    """The safety net and the disclaimer, as at the end of every page."""
    texts = book.texts
    return [
        Heading(2, say("About this page")),
        *(Paragraph(texts[key]) for key in ("safety-net", "medicines-unchanged", "disclaimer") if key in texts),
        Paragraph(rules_line(book), "small"),
    ]


def brief(found: Explanation) -> str:
    """What fits one screen, as text that ends with a line break; what does not fit is counted."""
    book = found.case.book
    more = say("More: --details (each step, every reason and source) | --format html (a picture)")
    last = [*wrapped(f"{book.texts['brief-disclaimer']} {book.reviewed}".strip()), *wrapped(more)]
    body = list(_lines(found))
    room = MOST_LINES - len(last) - 1
    if len(body) > room:
        body = [*body[: room - 1], say("… and {count} more lines", count=len(body) - room + 1)]
    return printable("\n".join([*body, "", *last])) + "\n"


def _lines(found: Explanation) -> Iterator[str]:
    texts, urgency = found.case.book.texts, found.case.outcome.urgency
    if found.case.book.levels.is_urgent(urgency):
        yield from wrapped(f"{texts[f'title-{urgency}']}. {texts[f'brief-{urgency}']}", "! ")
    if line := urgency_from(found.case):
        yield from wrapped(line)
    for text in found.kept_back:
        yield from wrapped(text, "! ")
    if found.difference is not None:
        yield from found.difference.lines()
    if len(found.hows) == 1:
        yield from found.hows[0].lines()
    else:
        for how in found.hows:
            yield from wrapped(f"{how.chain.title} ({how.chain.goal}): {how.enough}", "- ")
    for answer in found.others:
        yield from answer.lines()
    if not (found.hows or found.others or found.difference):
        yield from wrapped(texts["no-match-outside" if found.case.something_is_left else "no-match"])
