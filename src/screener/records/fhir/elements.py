"""Thin models of the elements that FHIR R4 resources are made of, and what references name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from screener.errors import echo
from screener.records import codes
from screener.records.when import Moment

Text: TypeAlias = Annotated[str, StringConstraints(strict=True, max_length=4000)]
Id: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern=r"^\S{1,200}$")]  # FHIR says 64, some write more
Decimal: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False)]
NOTHING: Final[Mapping[str, Any]] = {}
NOT_PATIENTS: Final = ("Group/", "Device/", "Location/")


def listed(value: Any) -> Any:
    """A list that was left empty, too."""
    return () if value is None else value


def fields_of(value: Any) -> Mapping[str, Any]:
    """What is in an object that nobody checked; nothing when it is none."""
    return value if isinstance(value, dict) else NOTHING


def text_of(value: Any) -> str:
    """A text that nobody checked; empty when it is none."""
    return value if isinstance(value, str) else ""


def items_of(value: Any) -> Sequence[Any]:
    """What is in a list that nobody checked; nothing when it is none."""
    return value if isinstance(value, list) else ()


Part = TypeVar("Part")
Listed: TypeAlias = Annotated[tuple[Part, ...], BeforeValidator(listed)]


class Element(BaseModel):
    """A part of a resource; what is not listed is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Coding(Element):
    """A code of a code system."""

    system: Text | None = None
    code: Text | None = None
    display: Text | None = None
    extension: Any = None


class CodeableConcept(Element):
    """A CodeableConcept: codes that say the same, and text."""

    coding: Listed[Coding] = ()
    text: Text | None = None


def codings_of(concept: CodeableConcept | None) -> tuple[codes.Coding, ...]:
    """The codes of a concept, each with its system and display."""
    codings = concept.coding if concept else ()
    return tuple((coding.system or "", coding.code, coding.display or "") for coding in codings if coding.code)


def codes_of(concept: CodeableConcept | None) -> frozenset[str]:
    """The codes of a concept, whatever their system: for the status lists that FHIR itself defines."""
    return frozenset(code for _, code, _ in codings_of(concept))


class Reference(Element):
    """A reference to another resource."""

    reference: Text | None = None
    display: Text | None = None


class Period(Element):
    """A span of time; an open end is omitted."""

    start: Moment | None = None
    end: Moment | None = None


class Quantity(Element):
    """A value with its unit."""

    value: Decimal | None = None
    comparator: Literal["<", "<=", ">=", ">", "ad"] | None = None
    unit: Text | None = None
    system: Text | None = None
    code: Text | None = None


class Extension(Element):
    """An extension; only the one for the sex at birth is read."""

    url: Text | None = None
    valueCode: Text | None = None


class Backbone(Element):
    """An element that may hold what changes its meaning."""

    modifierExtension: Any = None

    @property
    def modifier(self) -> str:
        """What may change its meaning, for messages; empty when nothing does."""
        if not self.modifierExtension:
            return ""
        first = self.modifierExtension[0] if isinstance(self.modifierExtension, list) else None
        url = first.get("url") if isinstance(first, dict) else None
        return f"the modifierExtension {echo(url)}"


class Resource(Backbone):
    """A resource."""

    id: Id
    implicitRules: Any = None

    @property
    def kind(self) -> str:
        """What kind of resource it is."""
        return type(self).__name__

    @property
    def name(self) -> str:
        """What it is called, such as `Condition/1`."""
        return f"{self.kind}/{self.id}"

    @property
    def modifier(self) -> str:
        """See the base class; the rules that a resource names count too."""
        return f"the implicitRules {echo(self.implicitRules)}" if self.implicitRules else super().modifier


class Duration(Element):
    """A length of time with a UCUM unit."""

    value: Decimal | None = None
    code: Text | None = None
    unit: Text | None = None


def names_of(url: Any, resource: Mapping[str, Any]) -> Iterator[str]:
    """Every way in which a reference may name a resource."""
    if isinstance(url, str) and url:
        yield url
    if isinstance(identity := resource.get("id"), str):
        yield f"{resource['resourceType']}/{identity}"


def local(reference: str) -> str:
    """A reference without server and version: `Patient/1`."""
    plain = reference.count("/") == 1 and not reference.endswith("/")  # as most are
    if plain or reference.startswith(("urn:", "#")):
        return reference
    parts = reference.split("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:])


def subject_of(resource: Mapping[str, Any]) -> str | None:
    """The reference to whom a resource is about; None when there is none that can be read."""
    for name in ("subject", "patient"):
        subject = resource.get(name)  # by hand: each resource is asked
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if isinstance(reference, str):
            return reference
    return None


def is_about_a_patient(reference: str) -> bool:
    """Whether a reference is not to a group, a device or a place."""
    return not local(reference).startswith(NOT_PATIENTS)


def id_of(reference: str) -> str:
    """The id of the resource that a reference names."""
    return local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:")
