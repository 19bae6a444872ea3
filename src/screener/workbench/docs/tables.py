"""The reference pages that are tables: the article's statements, the references, the questions."""

from __future__ import annotations

from collections.abc import Iterator

from screener.logic.condition import fields
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Source
from screener.workbench.check.names import cited_by
from screener.workbench.docs.pack import cell, cited
from screener.workbench.words import in_words

STATUS = {"verified": "verified", "partly": "partly verified", "unverified": "not verified"}


def propositions_page(book: RuleBook) -> Iterator[str]:
    """Every statement of the article with what it became; the rules link back to it from their pages."""
    found = [source for source in book.sources.values() if source.kind == "article"]
    citing = cited_by(book)
    encoded = sum(bool(citing[source.id]) for source in found)
    yield "# The article's statements"
    yield ""
    yield (
        f"{len(found)} statements, in our own words: {encoded} are used by a rule, flag, finding, note or question, "
        f"{len(found) - encoded} are not, with the reason."
    )
    yield ""
    yield "| id | statement | where | used by |"
    yield "|---|---|---|---|"
    for source in found:
        used = uses(citing[source.id]) or f"not encoded: {cell(source.not_encoded)}"
        remark = f" ({cell(source.cited_for)})" if source.cited_for else ""
        yield f"| {anchor(source)} | {cell(source.title)}{remark} | {cell(source.detail)} | {used} |"


def references_page(book: RuleBook) -> Iterator[str]:
    """Every reference with what it is cited for, and whether that was read at its source."""
    found = [source for source in book.sources.values() if source.kind != "article"]
    citing = cited_by(book)
    counts = {word: sum(source.status == key for source in found) for key, word in STATUS.items()}
    yield "# References"
    yield ""
    yield (
        "What each reference is cited for. *Verified* means that the statement was read at its source, *partly* that "
        "it was read in quotation or on a copy, *not verified* that it was not read yet: "
        f"{', '.join(f'{count} {word}' for word, count in counts.items())}."
    )
    yield ""
    yield "| id | reference | status | cited for | used by |"
    yield "|---|---|---|---|---|"
    for source in found:
        title = f"[{cell(source.title)}]({source.link})" if source.link else cell(source.title)
        detail = f". {cell(source.detail)}" if source.detail else ""
        used = uses(citing[source.id]) or f"not used: {cell(source.not_encoded)}"
        yield f"| {anchor(source)} | {title}{detail} | {STATUS[source.status]} | {cell(source.cited_for)} | {used} |"


def questions_page(book: RuleBook) -> Iterator[str]:
    """Every question, when it is asked, and the rules that read its answer."""
    yield "# Questions"
    yield ""
    section = ""
    for question in book.questions.values():
        if question.section != section:
            section = question.section
            yield f"## {section}"
            yield ""
        yield f"### {question.field}"
        yield ""
        yield f"**{question.ask}** {' '.join(question.why.split())}"
        yield ""
        if not question.asked:
            yield "- Not asked any more; accepted in case files"
        elif question.show_if is not None:
            yield f"- Asked when: {in_words(book, question.show_if)}"
        readers = [f"`{rule.id}`" for rule in book.rules if question.field in fields(rule.when)]
        yield f"- Read by: {', '.join(readers) or 'no rule'}"
        if question.sources:
            yield f"- Sources: {cited(book, question.sources)}"
        yield ""


def anchor(source: Source) -> str:
    """The id of a source, with a place to link to."""
    return f'<a id="{source.id.lower()}"></a>{source.id}'


def uses(citing: list[str]) -> str:
    """What cites a source, rules first."""
    return ", ".join(f"{kind} `{name}`" for kind, name in (each.split(" ", 1) for each in citing))
