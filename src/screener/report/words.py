"""Answers in words, as a person would say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from screener.case.bound import Bound
from screener.printable import on_one_line
from screener.report.parts import Evidence, MedicineReport
from screener.rulebook.book import RuleBook
from screener.saying import say

if TYPE_CHECKING:
    from screener.case.answers import Kind
    from screener.rulebook.review.status import Status

LONGEST_NAME: Final = 40  # characters of a medicine's name in a line


def answer_word(book: RuleBook, name: str, value: object, bare: bool = False) -> str:
    """One answer inside a sentence: `muscle cramps`, `potassium 3.1 mmol/L`; with `bare` a number without its name.

    A no is not told here.
    """
    if value is None or value is False:
        return ""
    if value is True:
        return label(book, name)
    if isinstance(value, list):
        return joined([shortened(item) for item in value], 4)
    if isinstance(value, float | int):
        unit, what = _unit(book, name), label(book, name)
        if bare:
            return f"{value:.4g}{unit}"
        return f"{what}: {value:.4g}" if unit.strip() in what.split() else f"{what} {value:.4g}{unit}"
    if isinstance(value, Bound):
        return f"{'' if bare else label(book, name) + ' '}{value}{_unit(book, name)}"
    if name in book.fields.own_words:
        return f"{label(book, name)}: {quoted(value)}"
    return str(value) if bare else f"{label(book, name)}: {value}"


def answer_in_words(book: RuleBook, name: str, value: object) -> str:
    """A field and its answer as a person would say it: `muscle cramps: yes`."""
    what = label(book, name)
    if value is True or value is False:
        return f"{what}: {say('yes') if value else say('no')}"
    if value is None:
        return f"{what}: {say('not given')}"
    if isinstance(value, list):
        return f"{what}: {', '.join(value) or say('none')}"
    if isinstance(value, float | int | Bound):
        number = value if isinstance(value, Bound) else f"{value:.4g}"
        return f"{what}: {number}{_unit(book, name)}"
    return f"{what}: {quoted(value) if name in book.fields.own_words else value}"


def review_word(status: Status) -> str:
    """The review status of something, in words."""
    words: dict[Status, str] = {
        "open": say("not reviewed yet"), "reviewed": say("reviewed"), "partly": say("another review is needed"),
        "change asked": say("a change is asked for"), "rejected": say("rejected"),
        "reopened": say("changed since it was reviewed"),
    }  # fmt: skip
    return words[status]


def quoted(text: object) -> str:
    """What somebody wrote, on one line and in quotation marks."""
    return f"“{on_one_line(' '.join(str(text).split()))}”"


def answer_words(book: RuleBook, evidence: Iterable[Evidence]) -> list[str]:
    """The answers that are more than a no, in words."""
    return [word for item in evidence if (word := answer_word(book, item.field, item.value))]


def joined(words: Sequence[str], most: int) -> str:
    """`a, b and c`; more than so many are counted: `a, b and 3 more`."""
    if len(words) > most:
        named = max(most - 1, 1)
        return say("{names} and {count} more", names=", ".join(words[:named]), count=len(words) - named)
    return f" {say('and')} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def either(words: Iterable[str]) -> str:
    """`a or b or c`"""
    return f" {say('or')} ".join(words)


def status_word(status: str) -> str:
    """The status of a conclusion inside a sentence."""
    words = {
        "raised": say("raised"), "possible": say("possible"), "ruled-out": say("ruled out"),
        "suppressed": say("suppressed"),
    }  # fmt: skip
    return words.get(status, status)


def kind_word(kind: str) -> str:
    """What a conclusion is: a flag, a finding, the urgency."""
    return {"flag": say("flag"), "finding": say("finding"), "urgency": say("urgency")}.get(kind, kind)


def level_word(level: str) -> str:
    """An urgency level inside a sentence."""
    words = {
        "none": say("none"),
        "routine": say("routine"),
        "soon": say("soon"),
        "same-day": say("same-day"),
        "emergency": say("emergency"),
    }
    return words.get(level, level.replace("-", " "))


def shortened(name: str) -> str:
    """A name as it was typed, on one line, cut visibly when it is very long."""
    text = on_one_line(" ".join(name.split()))
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def label(book: RuleBook, name: str) -> str:
    """What an answer is called in a report."""
    return book.questions[name].label if name in book.questions else name


def read_as(medicine: MedicineReport) -> str:
    """What one medicine was understood as, in one line."""
    written = medicine.part or medicine.typed
    if medicine.reason:
        return medicine.reason if (medicine.medicine or written) in written.lower() else f"{written}: {medicine.reason}"
    use = f", {medicine.use}" if medicine.use else ""
    route = f", {medicine.route}" if medicine.route not in (None, "oral") else ""
    return f"{written}: {medicine.medicine}{route}{use}"


def rules_line(book: RuleBook) -> str:
    """Which rules these were, and how many of them are reviewed."""
    packs = ", ".join(book.packs)
    which = say("Rule book {version} ({sha}), packs: {packs}.", version=book.version, sha=book.sha256[:12], packs=packs)
    return f"{which} {book.reviewed}".strip()


def source_line(book: RuleBook, name: str) -> str:
    """A source as a line of the list at the end of a page."""
    source = book.sources.get(name)
    if source is None:
        return name
    whose = {"article": say("the article"), "reference": say("reference"), "ours": say("our choice")}[source.kind]
    detail = f", {source.detail.rstrip('.')}" if source.detail and source.kind == "article" else ""
    parts = [f"{name} ({whose}{detail}): {source.title.rstrip('.')}"]
    parts += [part for part in (source.detail.rstrip("."), source.link) if part and source.kind == "reference"]
    text = ". ".join(parts)
    marks = {"verified": "", "partly": f" ({say('read in part')})", "unverified": f" ({say('not yet verified')})"}
    return text + ("" if source.kind == "article" else marks[source.status])


def _unit(book: RuleBook, name: str) -> str:
    kind: Kind | None = book.questions[name].kind if name in book.questions else None
    unit = getattr(kind, "unit", "")
    return f" {unit}" if unit else ""
