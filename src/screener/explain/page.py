"""An explanation as a page: everything that was asked, with what must be said with it."""

from __future__ import annotations

from screener.explain.goal import urgency_from
from screener.explain.questions import Explanation
from screener.explain.text import changes_blocks, closing, how_blocks, opening, what_if_blocks, why_not_blocks
from screener.report.blocks import Block, Paragraph
from screener.saying import say


def page(found: Explanation) -> list[Block]:
    """The whole page: what is urgent first, the disclaimer and safety net last."""
    return [*head(found), *body(found), *closing(found.case.book)]


def head(found: Explanation) -> list[Block]:
    """The heading, and what is urgent."""
    texts, urgency = found.case.book.texts, found.case.outcome.urgency
    blocks = opening(found.kept_back)
    if found.case.book.levels.is_urgent(urgency):
        blocks.append(Paragraph(f"{texts[f'title-{urgency}']}. {texts[f'urgency-{urgency}']}", "urgent"))
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
