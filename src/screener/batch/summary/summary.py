"""What a batch adds up to, as data: counts with honest bounds, and what would narrow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from screener import __version__
from screener.batch.summary.tally import Tally
from screener.records.coverage import HIDDEN_BELOW, MOST_SHOWN, NOT_READ, READ, UNDERSTOOD
from screener.records.options import Options
from screener.rulebook.book import RuleBook
from screener.saying import say

ROUNDED_TO: Final = 5
MOST_NAMES: Final = 50  # unrecognised medicines that are listed
MOST_CLOSE: Final = 10  # the same of those with close names, and of those that a question would settle
MEANING: Final[str] = (
    "This counts how often the patterns of the rule book occur in these records. It is not a prevalence: it does not "
    "say how common anything is. The patterns are broad, the records are no sample of people, and nothing here has "
    "been validated."
)
BOUNDS: Final[str] = (
    "An unanswered question can hide a pattern. The true number lies between those that are certain and those that are "
    "certain or still possible."
)
SHARED: Final[str] = "Counts below {least} are hidden (an empty place), the others are rounded to {step}."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Count(_Part):
    """How many cases; None: hidden because they are few."""

    id: str
    count: int | None


class Conclusion(_Part):
    """A finding or flag over all cases.

    Attributes:
        topic: the title of the topic that speaks for a flag; None for a finding.
        at_least: the cases in which it is certain, whether shown or suppressed.
        at_most: the same, and those in which it is possible.
        narrowed_by: the one unanswered field that could settle the most of the possible cases.
    """

    id: str
    title: str
    topic: str | None
    raised: int | None
    possible: int | None
    suppressed: int | None
    at_least: int | None
    at_most: int | None
    narrowed_by: Count | None


class RuleCount(_Part):
    """How often a rule fired, and in how many of these cases it alone gave its conclusion."""

    id: str
    concludes: str
    fired: int | None
    alone: int | None


class Held(_Part):
    """What health records held of one kind that was not read."""

    resource: str
    system: str
    code: str
    display: str
    reason: str
    count: int
    persons: int


class Records(_Part):
    """What health records held, and how much of it was read.

    Attributes:
        read: entries that were read.
        understood: entries that are known, and about none of the questions.
        not_read: the other entries.
        most: those not read, the most frequent first.
        warnings: what none was recognised of.
        own_codes: the files of the user's own codes, each with its SHA-256.
        rows_without_person: rows of tables of persons who are not in the table of persons; they make no case.
    """

    read: int | None
    understood: int | None
    not_read: int | None
    most: list[Held]
    warnings: list[str]
    own_codes: list[str]
    rows_without_person: int | None


class Summary(_Part):
    """The summary of a batch; `--summary FILE.json` writes it."""

    program: str
    rulebook: str
    packs: list[str]
    records: int | None
    results: int | None
    rejects: int | None
    empty_rows: int | None
    conclusions: list[Conclusion]
    urgency: list[Count]
    urgency_could_be: list[Count]
    rules: list[RuleCount]
    medicines: list[Count]
    unrecognized_medicines: list[Count]
    close_to: list[Count]
    needs_a_name: list[Count]
    confirmed: list[Count]
    refused_for: list[Count]
    passed_over: list[str]
    codes: list[Count]
    held: Records | None
    shared: bool
    notes: list[str]
    disclaimer: str
    safety_net: str
    reviewed: str


def summarize(tally: Tally, book: RuleBook, share: bool = False, records: Options | None = None) -> Summary:
    """The summary of a batch.

    Args:
        tally: its counts.
        book: the rule book it used.
        share: hide counts below 8 and round the others to 5, so that no one can be singled out.
        records: how health records were read, with what they held.
    """
    shown: Callable[[int], int | None] = _coarse if share else int
    return Summary(
        **origin(book),
        records=shown(tally.results + tally.rejects),
        results=shown(tally.results),
        rejects=shown(tally.rejects),
        empty_rows=tally.empty,
        conclusions=[_conclusion(name, tally, book, shown) for name in (*book.findings, *book.flags)],
        urgency=[Count(id=level, count=shown(tally.urgency[level])) for level in book.levels],
        urgency_could_be=[Count(id=level, count=shown(tally.could_be[level])) for level in book.levels],
        rules=[
            RuleCount(id=r.id, concludes=r.concludes, fired=shown(tally.fired[r.id]), alone=shown(tally.alone[r.id]))
            for r in book.rules
        ],
        medicines=_most_common(tally.medicines, shown),
        unrecognized_medicines=_most_common(tally.unrecognized, shown),
        close_to=_most_common(tally.close_to, shown, MOST_CLOSE),
        needs_a_name=_most_common(tally.needs_name, shown, MOST_CLOSE),
        confirmed=_most_common(tally.confirmed, shown),
        refused_for=_most_common(tally.refused, shown),
        passed_over=sorted(tally.extras),
        codes=_most_common(tally.codes, shown),
        held=_held(records, share, shown) if records is not None else None,
        shared=share,
        notes=[say(MEANING), say(BOUNDS), *([say(SHARED, least=HIDDEN_BELOW, step=ROUNDED_TO)] if share else [])],
    )


def origin(book: RuleBook) -> dict[str, Any]:
    """What a summary or an evaluation was made with, and what is to be said of all that is."""
    return {
        "program": __version__,
        "rulebook": book.version,
        "packs": list(book.packs),
        "disclaimer": book.texts.get("disclaimer", ""),
        "safety_net": book.texts.get("safety-net", ""),
        "reviewed": book.reviewed,
    }


def _held(records: Options, share: bool, shown: Callable[[int], int | None]) -> Records:
    coverage = records.coverage
    totals = coverage.totals()
    rows = [row for row in coverage.rows(share) if row["state"] == NOT_READ][:MOST_SHOWN]
    for row in rows:
        row |= {name: shown(row[name]) or 0 for name in ("count", "persons")}
    most = [Held(**{name: row[name] for name in Held.model_fields}) for row in rows]
    return Records(
        read=shown(totals[READ]),
        understood=shown(totals[UNDERSTOOD]),
        not_read=shown(totals[NOT_READ]),
        most=most,
        warnings=coverage.warnings(),
        own_codes=[f"{name} (SHA-256 {digest})" for name, digest in records.codes.sources],
        rows_without_person=shown(sum(records.rows_without_person.values())),
    )


def _coarse(count: int) -> int | None:
    return ROUNDED_TO * round(count / ROUNDED_TO) if count >= HIDDEN_BELOW else None


def _conclusion(name: str, tally: Tally, book: RuleBook, shown: Callable[[int], int | None]) -> Conclusion:
    raised, possible, suppressed = tally.raised[name], tally.possible[name], tally.suppressed[name]
    lead = name + " "
    settles = {key.removeprefix(lead): count for key, count in tally.settles.items() if key.startswith(lead)}
    best = min(settles.items(), key=lambda item: (-item[1], item[0]), default=None)
    return Conclusion(
        id=name,
        title=book.title(name),
        topic=next((topic.title for topic in book.complete_topics.values() if name in topic.speaks_for), None),
        raised=shown(raised),
        possible=shown(possible),
        suppressed=shown(suppressed),
        at_least=shown(raised + suppressed),
        at_most=shown(raised + suppressed + possible),
        narrowed_by=Count(id=best[0], count=shown(best[1])) if best and shown(best[1]) is not None else None,
    )


def _most_common(counter: Counter[str], shown: Callable[[int], int | None], most: int = MOST_NAMES) -> list[Count]:
    """The most frequent, without those that would be hidden: their names could say who they are."""
    ordered: Iterable[tuple[str, int]] = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    counts = [Count(id=name, count=shown(number)) for name, number in ordered]
    return [count for count in counts if count.count is not None][:most]
