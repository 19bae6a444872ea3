"""The sheet that a reviewer fills in: a row for each item, with all that is needed to judge it, as CSV and to print.

Of a rule it says what it does for people: what the project's cases would see without it, as `screener rules diff` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from screener.printable import on_one_line
from screener.report.html import document
from screener.rulebook.book import RuleBook
from screener.rulebook.review.items import Item
from screener.rulebook.review.status import VERDICTS, Review
from screener.rulebook.rule import URGENCY, Rule
from screener.spreadsheet import cell
from screener.workbench.diff.cases import shift
from screener.workbench.projectcases import Packed, ProjectCase, project_cases
from screener.workbench.prove.prove import written
from screener.workbench.review.rows import ItemRow
from screener.workbench.space.pairs import draw
from screener.workbench.words import in_words

FILLED_IN: Final = ("verdict", "comment", "by", "role", "date")
COLUMNS: Final = (
    "item", "status", "in_words", "cases", "sources", "effect", *FILLED_IN, "reviews", "change", "pack", "topics",
    "urgency", "says", "hash",
)  # fmt: skip
# the parts of other items that people read
READ: Final = frozenset({"title", "explanation", "text", "ask", "statement", "help", "why", "about", "meaning", "hint"})
TEMPLATES: Final = Path(__file__).parents[1] / "templates"
PRINTED: Final = {
    "in_words": "In words", "cases": "Its cases", "sources": "Sources", "effect": "For people", "change": "Changed",
    "reviews": "Reviews", "says": "Exactly",
}  # fmt: skip
MOST: Final = 4  # changes of one person that are told
UNSEEN: Final = {"possible", "ruled-out"}  # of a flag that is no caution


class Sheet:
    """Makes the cells of each row.

    Args:
        book: with its rules' own cases.
        effect: says what a rule does for people.
    """

    def __init__(self, book: RuleBook, effect: Callable[[Rule], str]) -> None:
        self.book, self.effect = book, effect

    def cells(self, row: ItemRow) -> dict[str, str]:
        """The cells of one row by their columns; those to fill in are empty."""
        item, rule = row.item, self.book.rule.get(row.item.id) if row.item.kind == "rule" else None
        return {
            **dict.fromkeys(COLUMNS, ""),
            "item": item.name,
            "status": row.standing.status,
            "in_words": self.in_words(item),
            "cases": "\n".join(f"{case.expect}: {written(case.answers)}" for case in rule.cases) if rule else "",
            "sources": "\n".join(self.sources(item)),
            "effect": self.effect(rule) if rule else "",
            "reviews": "\n".join(map(said, row.standing.reviews)),
            "change": "\n".join(row.change),
            "pack": item.pack,
            "topics": ", ".join(row.topics),
            "urgency": ", ".join(row.urgency),
            "says": "\n".join(item.lines),
            "hash": item.hash,
        }

    def in_words(self, item: Item) -> str:
        """What an item says, for somebody who does not read rule files."""
        book = self.book
        if item.kind == "rule":
            rule = book.rule[item.id]
            level = rule.concludes.removeprefix(URGENCY)
            what = book.title(level) if level == rule.concludes else f"the urgency is at least {level}"
            return f"When {in_words(book, rule.when)}: {what}. Because: {rule.said()}"
        if item.kind == "term":
            return in_words(book, book.terms[item.id].when, whole=True)
        if item.kind == "setting":
            setting = book.settings[item.id]
            return f"{setting.value:g} {setting.unit}: {setting.meaning}"
        parts = [line.partition(": ") for line in item.lines[1:]]
        read = [text for key, _, text in parts if key.rpartition(" ")[2] in READ and not key.startswith("asked ")]
        return " ".join(read) or "; ".join(item.lines[1:])

    def sources(self, item: Item) -> Iterator[str]:
        """What an item rests on."""
        for name in sorted({line.partition("sources: ")[2] for line in item.lines if "sources: " in line}):
            if source := self.book.sources.get(name):
                detail = ", ".join(filter(None, [source.detail, source.link]))
                yield f"{name}: {source.title}{f' ({detail})' if detail else ''}"


class Effects:
    """What each rule of a book does for the project's cases.

    Args:
        book: with its rules' own cases.
        rules: the folder it came from; None for the program's own.
        folder: more cases: vignettes.
    """

    def __init__(self, book: RuleBook, rules: Path | None, folder: Path | None = None) -> None:
        self.book = book
        self.packed: Packed = project_cases(book, rules, folder)
        self.cautions = {flag.id for flag in book.flags.values() if flag.fail_safe}

    def of(self, rule: Rule) -> str:
        """What would change for whom if the rule were not there."""
        without = replace(self.book, rules=tuple(one for one in self.book.rules if one.id != rule.id))
        changed = self._differing(without)
        count, total = changed.bit_count(), f"{len(self.packed.cases)} example cases"
        if not count:
            return f"Without it, none of {total} would see anything else."
        told = " ".join(self._told(changed, without))
        return f"Without it, {count} of {total} would see something else. {told}".strip()

    def _differing(self, without: RuleBook) -> int:
        """The cases in which what people see is something else without a rule, as bits.

        They see the flags that are raised, those that are merely possible where they are cautions, and the urgency.
        """
        before, after = self.packed.drawn, draw(without, self.packed.logic)
        found = 0
        for name, pair in before.conclusions.items():
            other = after.conclusions[name]
            if name not in self.book.findings:
                found |= pair.proved ^ other.proved
            if name in self.cautions:
                found |= pair.refuted ^ other.refuted
        return found

    def _told(self, changed: int, without: RuleBook) -> Iterator[str]:
        """People for whom something would be otherwise: one with few answers, and one whose whole story is told."""
        cases = [case for number, case in enumerate(self.packed.cases) if changed >> number & 1]
        short = sorted((case for case in cases if case.rule), key=lambda case: len(case.answers))
        for group in (short, [case for case in cases if not case.rule]):
            yield from islice(filter(None, (self._one(case, without) for case in group)), 1)

    def _one(self, case: ProjectCase, without: RuleBook) -> str:
        intake = self.book.intake.read(case.answers)
        found = shift(case.name, intake, self.book, without)
        seen = [change for change in found.changes if self._is_seen(*change)] if found else []
        if not seen:
            return ""
        who = written(case.answers) if case.rule else case.name.removesuffix(".json")
        told = "; ".join(f"{self._called(name)}: {after} instead of {before}" for name, before, after in seen[:MOST])
        more = len(seen) - MOST
        return f"{on_one_line(who)}: {told}{f' and {more} more' if more > 0 else ''}."

    def _is_seen(self, name: str, before: str, after: str) -> bool:
        """Whether people see that a status is another one."""
        return name not in self.book.findings and (name in self.cautions or {before, after} != UNSEEN)

    def _called(self, name: str) -> str:
        return f"“{self.book.flags[name].title}”" if name in self.book.flags else name


def said(review: Review) -> str:
    """What one person said, in one line."""
    comment = f" ({review.comment})" if review.comment else ""
    return f"{review.by}, {review.role}, {review.date}: {review.verdict}{comment}"


def as_csv(rows: Iterable[dict[str, str]]) -> str:
    """The sheet; no cell is run by a spreadsheet."""
    lines = [COLUMNS, *(tuple(row[column] for column in COLUMNS) for row in rows)]
    return "".join(",".join(map(cell, line)) + "\n" for line in lines)


def page(rows: Iterable[Mapping[str, str]], book: RuleBook) -> str:
    """The sheet as one HTML page to read and to print: what each item says and does, and boxes for the reviewer.

    Args:
        rows: the cells of each row by their columns.
    """
    from screener.templates import standalone  # only pages need templates

    title = f"Review: {book.subject.title}, rule book {book.version}"
    made = standalone(TEMPLATES).get_template("review.html")
    return document(made.render(title=title, rows=list(rows), book=book, printed=PRINTED, verdicts=VERDICTS), title)
