"""A report as FHIR: one RiskAssessment for each flag, with its basis, method, reasons and chain.

Never a DetectedIssue or a Condition: nothing is detected in anyone here, and no probability is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from screener.case.answers import Choice, Kind, Lab, Medicines, Number, OneUnitLab, OwnWords, YesNo
from screener.case.bound import Bound
from screener.case.model import BaseIntake
from screener.report.model import Report
from screener.report.parts import FlagReport
from screener.report.words import answer_in_words
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import Like
from screener.standards import coded
from screener.standards.questionnaire import UCUM, group_of

# flags that are listed, by their statuses in words: no probability
SHOWN: Final = {
    "raised": "comes up: the answers given settle it, whatever the missing ones are",
    "possible": "open: answers that are missing could bring this up or rule it out",
}
URGENCY_WORDS: Final[dict[Like, str]] = {
    "none": "no advice on how soon", "routine": "at a routine visit", "soon": "soon", "same-day": "the same day",
    "emergency": "emergency",
}  # fmt: skip

Resource = dict[str, Any]


def assessments(
    report: Report, intake: BaseIntake, book: RuleBook, provenance: dict[str, list[str]] | None = None
) -> Resource:
    """A collection Bundle: the answers as a QuestionnaireResponse, and a RiskAssessment for each flag listed.

    Args:
        report: the report of the case.
        intake: the case.
        book: the rule book used.
        provenance: for answers read from a record, the resources they came from; they join the basis.
    """
    response = response_of(intake, book)
    shown = [flag for flag in report.flags if flag.status in SHOWN and flag.title]
    resources = [response, *(_assessment(flag, report, intake, book, provenance or {}) for flag in shown)]
    if provenance and intake.case_id and "Patient/" + intake.case_id in _sources(provenance, provenance):
        for resource in resources:
            resource["subject"] = {"reference": f"Patient/{intake.case_id}"}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": _url(intake, one["resourceType"], one["id"]), "resource": one} for one in resources],
    }


def _url(intake: BaseIntake, kind: str, name: str) -> str:
    case = intake.case_id or "case"
    return f"urn:uuid:{uuid5(NAMESPACE_OID, f'{case}/{kind}/{name}')}"


def _subject(intake: BaseIntake) -> Resource:
    """Whom it is about, for answers that did not come from a record: by name only."""
    return {"display": f"Case {intake.case_id}" if intake.case_id else "Case without an id"}


def _assessment(
    flag: FlagReport, report: Report, intake: BaseIntake, book: RuleBook, provenance: dict[str, list[str]]
) -> Resource:
    reasons = flag.because or []
    told = [f"{because.text} (rule {because.rule}; sources {', '.join(because.sources)})" for because in reasons]
    fields = dict.fromkeys(item.field for because in reasons for item in because.evidence)
    return {
        "resourceType": "RiskAssessment",
        "id": flag.id,
        "status": "preliminary",
        "method": {"text": _method(report, book)},
        "code": {"text": f"Educational flag: {flag.id}"},
        "subject": _subject(intake),
        "basis": [
            {"reference": _url(intake, "QuestionnaireResponse", "answers")},
            *({"reference": source} for source in _sources(fields, provenance)),
        ],
        "prediction": [
            {
                "outcome": {"text": flag.title},
                "qualitativeRisk": {"text": SHOWN[flag.status]},
                "rationale": " ".join([flag.explanation or "", *told]),
            }
        ],
        "note": [{"text": text} for text in _notes(flag, report, book)],
    }


def _sources(fields: Iterable[str], provenance: dict[str, list[str]]) -> list[str]:
    found = dict.fromkeys(source for name in fields for source in provenance.get(name, ()))
    return [source for source in found if "/" in source]


def _method(report: Report, book: RuleBook) -> str:
    rules = report.rulebook
    which = f"rule book {rules.version} ({rules.sha256[:12]}), packs: {', '.join(rules.packs)}"
    return f"Rules of screener, {which}. {book.reviewed}".strip()


def _notes(flag: FlagReport, report: Report, book: RuleBook) -> Iterator[str]:
    """The chain behind the flag, what is open, how soon, and what every output carries."""
    chain = [f"{', '.join(step.from_)} -> {step.rule} -> {step.concludes}" for step in behind(flag.id, report)]
    if chain:
        yield "How the rules got here:\n" + "\n".join(chain)
    evidence = {item.field: item for because in flag.because or [] for item in because.evidence}
    if evidence:
        yield "Answers used: " + "; ".join(answer_in_words(book, i.field, i.value) for i in evidence.values())
    if flag.settled_by:
        yield "Would settle it: " + ", ".join(flag.settled_by)
    yield (
        f"How soon to ask, by the rules: {_how_soon(flag.urgency or book.levels[0], book)}; for the whole case: "
        + _how_soon(report.urgency, book)
    )
    for question in flag.ask_your_clinician or []:
        yield f"To ask a clinician: {question}"
    yield report.disclaimer
    yield report.safety_net


def _how_soon(level: str, book: RuleBook) -> str:
    """A level in words: those of the book for a level of its own."""
    return URGENCY_WORDS[book.levels.likes[level]] if level in URGENCY_WORDS else book.texts[f"title-{level}"]


def behind(conclusion: str, report: Report) -> list[Any]:
    """The steps of the chain that lead to a conclusion, in order."""
    needed, steps = {conclusion}, []
    for step in reversed(report.chain):
        if step.concludes in needed and step.status == "raised":
            needed |= set(step.from_)
            steps.append(step)
    return steps[::-1]


def response_of(intake: BaseIntake, book: RuleBook) -> Resource:
    """The answers as a QuestionnaireResponse to our Questionnaire."""
    groups: dict[tuple[str, str], list[Resource]] = {}
    given = {name: value for name, value in intake if value is not None}
    for question in book.questions.values():
        if question.field in given:
            answered = _answered(question.field, question.kind, given[question.field])
            groups.setdefault(group_of(question, book), []).append(answered)
    items = [{"linkId": link, "text": title, "item": inner} for (link, title), inner in groups.items()]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{coded.canonical(book)}|{book.version}",
        "id": "answers",
        "status": "completed",
        "subject": _subject(intake),
    } | ({"item": items} if items else {})  # FHIR has no empty lists


def _answered(name: str, kind: Kind, value: Any) -> Resource:
    if isinstance(kind, Medicines):
        return {"linkId": "about-medicines", "item": list(_medicines(value))}
    if isinstance(kind, YesNo):
        answer: Resource = {"valueCoding": dict(coded.coding_of(value))}
    elif isinstance(kind, Choice):
        answer = {"valueCoding": coded.choice(value)}
    elif isinstance(kind, OwnWords):
        answer = {"valueString": value}
    elif isinstance(kind, Lab | OneUnitLab):
        number = {"value": value.limit, "comparator": value.sign} if isinstance(value, Bound) else {"value": value}
        answer = {"valueQuantity": {**number, "unit": kind.unit, "system": UCUM, "code": coded.ucum(kind.unit)}}
    else:
        assert isinstance(kind, Number)
        answer = {"valueInteger": int(value)} if kind.whole else {"valueDecimal": value}
    return {"linkId": name, "answer": [answer]}


def _medicines(medicines: Any) -> Iterator[Resource]:
    if not medicines:
        yield {"linkId": coded.NONE_TAKEN, "answer": [{"valueCoding": dict(coded.YES)}]}
    for medicine in medicines:
        parts = [{"linkId": coded.NAME, "answer": [{"valueString": medicine.name}]}]
        if medicine.months is not None:
            parts.append({"linkId": coded.MONTHS, "answer": [{"valueDecimal": medicine.months}]})
        yield {"linkId": "medicines", "item": parts}
