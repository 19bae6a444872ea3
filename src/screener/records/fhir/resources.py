"""Thin models of what we read from FHIR R4 resources (and the two elements that R5 renamed).

An element that is not listed here is passed over; an element that is listed and broken is an error that names the
resource, its id and the element.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from screener.errors import FieldProblem, echo
from screener.printable import on_one_line
from screener.records.fhir.elements import (
    Backbone,
    CodeableConcept,
    Duration,
    Element,
    Extension,
    Listed,
    Period,
    Quantity,
    Reference,
    Resource,
    Text,
)
from screener.records.when import Moment


class Patient(Resource):
    """Who the record is about."""

    birthDate: Moment | None = None
    gender: Literal["male", "female", "other", "unknown"] | None = None
    extension: Listed[Extension] = ()


class Condition(Resource):
    """An entry of the problem list or a recorded diagnosis code."""

    category: Listed[CodeableConcept] = ()
    clinicalStatus: CodeableConcept | None = None
    verificationStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    onsetDateTime: Moment | None = None
    onsetPeriod: Period | None = None
    abatementDateTime: Moment | None = None
    abatementPeriod: Period | None = None
    abatementString: Any = None
    abatementAge: Any = None
    abatementRange: Any = None
    recordedDate: Moment | None = None


class _Measured(Backbone):
    """What an observation and its components share."""

    code: CodeableConcept
    valueQuantity: Quantity | None = None
    valueString: Text | None = None
    valueInteger: Annotated[int, Field(strict=True)] | None = None
    dataAbsentReason: CodeableConcept | None = None
    valueCodeableConcept: Any = None
    valueRange: Any = None
    valueRatio: Any = None
    valueSampledData: Any = None
    valueBoolean: Any = None
    valueTime: Any = None
    valueDateTime: Any = None
    valuePeriod: Any = None


ObservationStatus: TypeAlias = Literal[
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"
]


def _not_given(value: Any) -> str:
    """What no file says, whatever it holds by this name."""
    return ""


class Observation(_Measured, Resource):
    """A measurement.

    Attributes:
        source: its name for people where it has no place of its own, as in `DiagnosticReport/r#k`.
    """

    source: Annotated[str, BeforeValidator(_not_given)] = ""
    status: ObservationStatus
    effectiveDateTime: Moment | None = None
    effectiveInstant: Moment | None = None
    effectivePeriod: Period | None = None
    issued: Moment | None = None
    component: Listed[_Measured] = ()


class DispenseRequest(Backbone):
    """What a prescription says about its supply."""

    validityPeriod: Period | None = None
    expectedSupplyDuration: Duration | None = None
    numberOfRepeatsAllowed: Annotated[int, Field(strict=True, ge=0)] | None = None


class Repeat(Element):
    """How long a dosage is to be taken."""

    boundsPeriod: Period | None = None
    boundsDuration: Duration | None = None


class Timing(Backbone):
    """When doses are taken; only the bounds are read."""

    repeat: Repeat | None = None


class Dosage(Backbone):
    """How a medicine is taken; only its bounds and its route are read, never a dose."""

    timing: Timing | None = None
    route: CodeableConcept | None = None


class CodeableReference(Element):
    """R5: a concept or a reference."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Medicated(Resource):
    """A prescription, statement, dose or supply of a medicine."""

    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    medication: CodeableReference | None = None
    reasonCode: Listed[CodeableConcept] = ()
    reasonReference: Listed[Reference] = ()
    contained: Listed[dict[str, Any]] = ()


RequestStatus: TypeAlias = Literal[
    "active", "on-hold", "ended", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"
]


class MedicationRequest(Medicated):
    """A prescription."""

    status: RequestStatus
    reportedBoolean: bool | None = Field(default=None, strict=True)
    reportedReference: Reference | None = None
    reported: Any = None
    intent: Literal[
        "proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"
    ]
    doNotPerform: bool = Field(default=False, strict=True)
    authoredOn: Moment | None = None
    dispenseRequest: DispenseRequest | None = None
    dosageInstruction: Listed[Dosage] = ()

    @property
    def repeats(self) -> list[Repeat]:
        """For how long its dosages are to be taken, of those that say it."""
        return [one.timing.repeat for one in self.dosageInstruction if one.timing and one.timing.repeat]


class Adherence(Element):
    """R5: whether a medicine is taken as recorded."""

    code: CodeableConcept | None = None


class MedicationStatement(Medicated):
    """What is recorded as taken."""

    adherence: Adherence | None = None
    status: Literal[
        "active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken",
        "recorded", "draft",
    ]  # fmt: skip
    effectiveDateTime: Moment | None = None
    effectivePeriod: Period | None = None
    dateAsserted: Moment | None = None
    dosage: Listed[Dosage] = ()


class Administered(Backbone):
    """How a dose was given; only its route is read."""

    route: CodeableConcept | None = None


class MedicationAdministration(Medicated):
    """A dose that was given, or not."""

    status: Text
    effectiveDateTime: Moment | None = None
    effectivePeriod: Period | None = None
    occurenceDateTime: Moment | None = None
    occurencePeriod: Period | None = None
    dosage: Administered | None = None


class MedicationDispense(Medicated):
    """What a pharmacy handed over."""

    status: Text
    whenHandedOver: Moment | None = None
    whenPrepared: Moment | None = None
    daysSupply: Duration | None = None
    authorizingPrescription: Listed[Reference] = ()
    dosageInstruction: Listed[Dosage] = ()


class Ingredient(Element):
    """What a medicine is made of: a substance or another medicine."""

    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    item: CodeableReference | None = None


class Medication(Resource):
    """A medicine that requests and statements point to."""

    status: Text | None = None
    ingredient: Listed[Ingredient] = ()
    code: CodeableConcept | None = None
    form: CodeableConcept | None = None
    doseForm: CodeableConcept | None = None


Model = TypeVar("Model", bound=Element)
KINDS: Final[tuple[type[Resource], ...]] = (Condition, Observation, *Medicated.__subclasses__())  # that are read
MODELS: Final = {model.__name__: model for model in KINDS}

LONGEST_ID: Final = 64

MESSAGES: Final = {
    "missing": "is missing",
    "string_type": "{given} is not text",
    "float_type": "{given} is not a number",
    "int_type": "{given} is not a whole number",
    "bool_type": "{given} is neither true nor false",
    "tuple_type": "{given} is not a list",
    "dict_type": "{given} is not an object",
    "model_type": "{given} is not an object",
    "finite_number": "{given} is not a finite number",
    "string_pattern_mismatch": "{given} is not written as FHIR writes it",
    "string_too_long": "the text is longer than FHIR readers here accept (4000 characters)",
}


def named(data: Any) -> str:
    """A resource's name for messages: `Observation/k-2`."""
    kind, identity = (data.get("resourceType"), data.get("id")) if isinstance(data, dict) else (None, None)
    kind = _short(kind) if isinstance(kind, str) else "resource"
    return f"{kind}/{_short(identity)}" if isinstance(identity, str) else f"{kind} without id"


def _short(text: str) -> str:
    """A name on one line, not longer than FHIR allows an id to be."""
    return on_one_line(text[:LONGEST_ID]) + ("…" if len(text) > LONGEST_ID else "")


def read(model: type[Model], data: Any) -> Model | list[FieldProblem]:
    """A resource as its model, or everything that is wrong with it."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        return [_problem(named(data), dict(detail)) for detail in error.errors(include_url=False)]


def _problem(name: str, detail: dict[str, Any]) -> FieldProblem:
    element = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    kind = detail["type"]
    if kind == "value_error":
        message = str(detail["ctx"]["error"])
    elif kind == "literal_error":
        message = f"{echo(detail['input'])} should be {detail['ctx']['expected']}"
    else:
        template = MESSAGES.get(kind, "{given}: " + str(detail["msg"]).lower())
        message = template.replace("{given}", echo(detail["input"]))
    return FieldProblem(f"{name}{element}", message)
