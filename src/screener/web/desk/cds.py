"""CDS Hooks 2.0: discovery, a `patient-view` service over FHIR R4 prefetch, and feedback. It asks nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from screener.case.answers import Lab, OneUnitLab
from screener.errors import CaseError, FieldProblem, echo
from screener.explain.chain import chain_to
from screener.explain.goal import THE_URGENCY, goals_of
from screener.explain.words import step_details, step_title
from screener.records.fhir.bundle import Bundle, missing_pages, opened
from screener.records.fhir.case import import_record
from screener.records.fhir.elements import local
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.report.build import ReportBuilder
from screener.report.markdown import escape
from screener.rulebook.rule import URGENCY
from screener.standards.cds import Card, CardMaker
from screener.web.desk.api import answer_json
from screener.web.desk.desk import Desk
from screener.web.desk.messages import HOOK, Call, Feedback, service_id
from screener.web.desk.reading import as_object, read_json
from screener.web.problem import ProblemError
from screener.web.wire import Answer

Model = TypeVar("Model", bound=BaseModel)
OF_PATIENT: Final = "?patient={{context.patientId}}"


def cds_discovery(desk: Desk, body: bytes) -> Answer:
    """`GET /cds-services`."""
    subject = desk.book.subject
    about = f"For learning, not validated: what a record matches, and by which rules. {subject.about}"
    service = {
        "hook": HOOK,
        "title": f"{subject.title} (educational)",
        "description": about.strip(),
        "id": service_id(subject),
        "prefetch": prefetch(desk),
    }
    return answer_json({"services": [service]})


def prefetch(desk: Desk) -> dict[str, str]:
    """The FHIR queries whose results the service needs, by key."""
    codes = ",".join(f"http://loinc.org|{code}" for code in lab_codes(desk))
    return {
        "patient": "Patient/{{context.patientId}}",
        "conditions": f"Condition{OF_PATIENT}",
        "medications": f"MedicationRequest{OF_PATIENT}&status=active",
        "labs": f"Observation{OF_PATIENT}&code={codes}",
    }


def lab_codes(desk: Desk) -> list[str]:
    """The LOINC codes of the laboratory values that are read."""
    fields = desk.book.fields
    labs = {name for name, kind in fields.items() if isinstance(kind, Lab | OneUnitLab)}
    rows = desk.codes.exact.items()
    return [
        code
        for (system, code), concept in rows
        if system == "LOINC" and concept.use not in ("", "ignore") and {name for name, _ in concept.fields} & labs
    ]


def cds_call(desk: Desk, body: bytes, id: str, home: str) -> Answer:
    """`POST /cds-services/{id}`.

    Raises:
        ProblemError: there is no such service, or needed data are missing (412).
        CaseError: the request is not one, or the record cannot be read.
    """
    need_service(id, desk)
    given = read(Call, body)
    imported = case_of(given, desk)
    builder = desk.screener().examine(imported.intake())
    return answer_json({"cards": cards(builder, given.hookInstance, home)})


def cds_feedback(desk: Desk, body: bytes, id: str) -> Answer:
    """`POST /cds-services/{id}/feedback`: checked, and then forgotten."""
    need_service(id, desk)
    read(Feedback, body)
    return answer_json({})


def need_service(name: str, desk: Desk) -> None:
    """Refuse calls of other services.

    Raises:
        ProblemError: there is no service of this name.
    """
    known = service_id(desk.book.subject)
    if name != known:
        raise ProblemError("not-found", f"there is no service of this name; there is `{known}`")


def read(model: type[Model], body: bytes) -> Model:
    """A message.

    Raises:
        CaseError: naming every wrong field.
    """
    data = as_object(read_json(body), "send an object")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CaseError([_problem(detail) for detail in error.errors(include_url=False)]) from None


def case_of(given: Call, desk: Desk) -> ImportedCase:
    """The case of the patient in view, read from the prefetched resources.

    Raises:
        ProblemError: a prefetch key is missing, or its query failed.
        CaseError: the resources cannot be read.
    """
    missing = [key for key in prefetch(desk) if key not in given.prefetch or _failed(given.prefetch[key])]
    if given.prefetch.get("patient") is None and "patient" not in missing:
        missing.insert(0, "patient")
    if missing:
        raise ProblemError("missing-data", f"send the prefetch {', '.join(f'`{key}`' for key in missing)}")
    found = [resource for key in prefetch(desk) for resource in _resources(key, given.prefetch[key])]
    entries = [{"resource": resource} for resource in found]
    bundle = Bundle(opened({"resourceType": "Bundle", "type": "collection", "entry": entries}, ""), desk.codes)
    record = bundle.patients.get(f"Patient/{local(given.context.patientId).rsplit('/', 1)[-1]}")
    if record is None:
        problem = FieldProblem("prefetch.patient", f"is not the patient in view, {echo(given.context.patientId)}")
        raise CaseError([problem])
    record.refused += bundle.problems
    how = desk.settings.records
    options = Options(desk.book, desk.codes, date.today(), how.absent_means_no, how.look_back, how.computed_egfr)
    return import_record(record, options, not_whole=(*bundle.content.not_whole, *_missing(given.prefetch)))


def _missing(prefetched: Mapping[str, Any]) -> list[str]:
    """Why searches behind the prefetch are not whole."""
    bundles = [one for one in prefetched.values() if isinstance(one, dict) and one.get("resourceType") == "Bundle"]
    return missing_pages(page for one in bundles for page in opened(one, "prefetch").pages)


def _failed(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "OperationOutcome"


def _resources(key: str, value: Any) -> list[Any]:
    """The resources of one prefetch value: a resource, the entries of a search, or none when it is null."""
    if value is None:
        return []
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise CaseError([FieldProblem(f"prefetch.{key}", f"{echo(value)} is not a FHIR resource")])
    if value["resourceType"] != "Bundle":
        return [value]
    entries = value.get("entry", [])
    if not isinstance(entries, list):
        raise CaseError([FieldProblem(f"prefetch.{key}.entry", f"{echo(entries)} is not a list")])
    found = [entry.get("resource") if isinstance(entry, dict) else entry for entry in entries]
    if any(_failed(resource) for resource in found):
        raise ProblemError("missing-data", f"the search behind the prefetch `{key}` failed; send it again")
    return [resource for resource in found if resource is not None]


def _problem(detail: Any) -> FieldProblem:
    return FieldProblem(".".join(str(part) for part in detail["loc"]), detail["msg"].lower())


def cards(builder: ReportBuilder, instance: str, home: str) -> list[Card]:
    """The cards of one case: how soon to get help, when that is soon or sooner; then each topic with an urgency.

    Args:
        builder: the examined case.
        instance: the call's own id; with it every card has an id of its own.
        home: the address of this server, without a slash at the end.
    """

    def steps(goal: str) -> Iterator[str]:
        goals = goals_of(builder, THE_URGENCY) if goal.startswith(URGENCY) else (goal,)
        for chain in (chain_to(builder, name) for name in goals):
            for step in chain.steps:
                yield f"- {escape(step_title(step))}"
                yield from (f"  - {escape(detail)}" for detail in step_details(step, chain.steps))

    return CardMaker(builder.build(), builder.book, steps, instance, home, calm=False).cards()
