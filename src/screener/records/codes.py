"""What a code of a record says about the fields of a case.

A code is matched exactly, or together with everything below it where the table says so (ICD and ATC, whose codes carry
their hierarchy). The longest code wins, so a row without a field takes a part out again: `F10.21` (in remission)
is below `F10.2` and means nothing here. Text is never matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial, wraps
from typing import Any, Final, TypeAlias, TypeVar, cast

from screener.records import coverage
from screener.records.coverage import Seen

IGNORE: Final = "ignore"  # the use of a lab that is never interpreted
CACHE_LIMIT: Final = 20_000  # arguments for which a method remembers what it found
Work = TypeVar("Work", bound=Callable[..., Any])
Coding: TypeAlias = tuple[str, str, str]  # system, code, display

SNOMED: Final = "SNOMED CT"
LOINC: Final = "LOINC"
RXNORM: Final = "RxNorm"
ATC: Final = "ATC"
ICD_9_CM: Final = "ICD-9-CM"
ICD_10: Final = "ICD-10"
ICD_10_CM: Final = "ICD-10-CM"
ICD_10_GM: Final = "ICD-10-GM"
ICD_10_AM: Final = "ICD-10-AM"
# each code system with its addresses and its OIDs
ADDRESSES: Final = {
    SNOMED: ("snomed.info/sct", "2.16.840.1.113883.6.96"),
    ICD_9_CM: (
        "hl7.org/fhir/sid/icd-9-cm", "2.16.840.1.113883.6.103",
        "mimic.mit.edu/fhir/mimic/codesystem/mimic-diagnosis-icd9",
    ),
    ICD_10_CM: (
        "hl7.org/fhir/sid/icd-10-cm", "2.16.840.1.113883.6.90",
        "mimic.mit.edu/fhir/mimic/codesystem/mimic-diagnosis-icd10",
    ),
    ICD_10: ("hl7.org/fhir/sid/icd-10", "2.16.840.1.113883.6.3"),
    ICD_10_GM: ("fhir.de/codesystem/bfarm/icd-10-gm", "fhir.de/codesystem/dimdi/icd-10-gm"),
    ICD_10_AM: ("hl7.org/fhir/sid/icd-10-am", "2.16.840.1.113883.6.135"),
    LOINC: ("loinc.org", "2.16.840.1.113883.6.1"),
    RXNORM: ("www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.6.88"),
    ATC: ("www.whocc.no/atc", "2.16.840.1.113883.6.73"),
    "IPS absent-unknown": ("hl7.org/fhir/uv/ips/codesystem/absent-unknown-uv-ips",),
    "MIMIC labitems": ("mimic.mit.edu/fhir/mimic/codesystem/mimic-d-labitems",),
    "HL7 route": (
        "terminology.hl7.org/codesystem/v3-routeofadministration", "2.16.840.1.113883.5.112",
        "terminology.hl7.org/codesystem/v2-0162", "2.16.840.1.113883.18.86",
    ),
    "HL7 drug form": ("terminology.hl7.org/codesystem/v3-orderabledrugform", "2.16.840.1.113883.5.85"),
    "EDQM": ("standardterms.edqm.eu", "0.4.0.127.0.16.1.1.2.1"),
}  # fmt: skip
SYSTEMS: Final = {address: name for name, addresses in ADDRESSES.items() for address in addresses}
ELSE: Final = {ICD_10_GM: ICD_10, ICD_10_AM: ICD_10}  # where codes without a row of their own are looked up
ICD_MARKS: Final = "+*!†"  # of dagger, asterisk and exclamation mark codes
# what comes after codes of ICD-10-GM: G certain, A ruled out, V suspected, Z a state after it; R, L, B the side
GM_LETTERS: Final = re.compile(r"\s*([A-Za-z][0-9]{2}(?:\.?[0-9-]{1,2})?[+*!†]?)\s*([GAVZRLB ]*)", re.ASCII)
GM_DOUBTS: Final = frozenset("AVZ")


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of the table.

    Attributes:
        concept: its name in plain words.
        kind: `problem` (long-term), `habit`, `pregnancy`, `symptom`, `urgent` (counts only on the day itself),
            `lab-finding`, `lab`, `medicine-class`, `route` (how a medicine is taken, or the form it comes in), `list`
            (that a list is empty, or not known), or `other` (known, and about none of our fields).
        fields: each field it answers, with the answer: True, or a number such as a stage; `class:LOOP` for a class
            of medicines, `route:oral` for a route, and `none:problems` or `unknown:problems` for a list.
        use: of a lab: `preferred`, `serum`, `blood`, `women`, `men` (of this sex only), or `ignore` (never
            interpreted).
        leaves_open: fields of which it says neither yes nor no.
    """

    concept: str
    kind: str
    fields: tuple[tuple[str, Any], ...]
    use: str = ""
    leaves_open: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it answers."""
        return tuple(name for name, _ in self.fields)

    @property
    def is_lab(self) -> bool:
        """Whether it is a laboratory's result that a field or measure reads."""
        return self.kind == "lab" and bool(self.fields)

    @property
    def why_ignored(self) -> str:
        """Why it is never interpreted."""
        return coverage.RACE if "race factor" in self.concept else coverage.IGNORED


def system_name(uri: str) -> str:
    """The short name of a code system from its address, its OID or itself; what is not known as it is."""
    key = uri.strip().removeprefix("urn:oid:").removeprefix("https://").removeprefix("http://").rstrip("/").lower()
    return SYSTEMS.get(key, uri)


def plain(system: str, code: str) -> str:
    """A code as it is compared: ICD and ATC codes in capitals and without the dot, others as they are."""
    if system.startswith("ICD"):
        return code.strip().rstrip(ICD_MARKS).replace(".", "").upper()
    return code.replace(".", "").upper() if system == ATC else code.strip()


def certain(code: str) -> tuple[str, bool]:
    """A code of ICD-10-GM without the letters behind it (side, certainty), and whether these call it certain."""
    found = GM_LETTERS.fullmatch(code)
    return (found.group(1), not set(found.group(2)) & GM_DOUBTS) if found else (code, True)


def seen_as(resource: str, codings: Iterable[Coding], reason: str = "", state: str = coverage.READ) -> Seen:
    """What is counted of an entry with several codes: the first code; with a reason, it is not read."""
    longest, state = coverage.LONGEST, coverage.NOT_READ if reason else state
    for system, code, display in codings:
        if code:
            return Seen(resource, system_name(system)[:longest], code[:longest], display[:longest], state, reason)
    return Seen(resource, "", coverage.TEXT_ONLY, "", state, reason)


def remembered(work: Work) -> Work:
    """A method that keeps, on its object, what it found for a limited number of arguments."""

    @wraps(work)
    def first(self: Any, *arguments: Any) -> Any:
        return self.__dict__.setdefault(work.__name__, lru_cache(CACHE_LIMIT)(partial(work, self)))(*arguments)

    return cast(Work, first)


@dataclass(eq=False)
class Codes:
    """The table, ready for look-ups.

    Attributes:
        exact: rows that mean one code.
        below: rows that mean a code and all below it.
        above: for codes of SNOMED CT without a row, the codes with rows that they are below.
        sources: each file of a user, by its name, with its SHA-256.
    """

    exact: dict[tuple[str, str], Concept] = field(default_factory=dict)
    below: dict[tuple[str, str], Concept] = field(default_factory=dict)
    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[tuple[str, str], ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process remembers nothing."""
        return Codes, (self.exact, self.below, self.above, self.sources)

    @remembered
    def find(self, system: str, code: str) -> Concept | None:
        """What a code means.

        Args:
            system: the code system as a record names it (address or OID), or its short name.
            code: the code; dots in ICD codes do not matter.
        """
        system = system_name(system)
        if system == ICD_10_GM:
            code, sure = certain(code)
            if not sure:
                return None  # ruled out, suspected, or over: it could be anything
        found = self._row(system, plain(system, code))
        if found is None and system in ELSE:
            found = self._row(ELSE[system], plain(system, code))
        if found is None and system == SNOMED and code.strip() in self.above:
            found = self._of_ancestors(code.strip())
        return found

    def _row(self, system: str, code: str) -> Concept | None:
        exact = self.exact.get((system, code))
        if exact is not None:
            return exact
        for length in range(len(code), 1, -1):
            concept = self.below.get((system, code[:length]))
            if concept is not None:
                return concept
        return None

    def _of_ancestors(self, code: str) -> Concept | None:
        """What all listed ancestors of a code say together."""
        rows = [row for above in self.above[code] if (row := self._row(SNOMED, above)) is not None]
        if not rows:
            return None
        said = tuple(dict.fromkeys(pair for row in rows for pair in row.fields))
        names = {name for name, _ in said}
        left = tuple(dict.fromkeys(name for row in rows for name in row.leaves_open if name not in names))
        best = next((row for row in rows if row.fields), rows[0])
        return replace(best, fields=said, leaves_open=left)

    @remembered
    def fields_of_kind(self, kind: str) -> frozenset[str]:
        """The yes/no fields that rows of a kind answer."""
        mine = [row for row in (*self.exact.values(), *self.below.values()) if row.kind == kind]
        return frozenset(name for row in mine for name, value in row.fields if value is True)

    @remembered
    def of_codings(self, codings: tuple[Coding, ...]) -> list[Concept]:
        """What the codes of one entry mean; not to be changed."""
        rows = (self.find(system, code) for system, code, _ in codings if system and code)
        return [row for row in rows if row is not None]

    @remembered
    def seen(self, resource: str, codings: tuple[Coding, ...], reason: str = "", is_read: bool = False) -> Seen:
        """What is counted of an entry with several codes: the first code with a row, else the first code.

        Args:
            resource: what kind of entry it is.
            codings: its codes.
            reason: why the entry is not read, when more than its codes says it.
            is_read: whether it is read; else what has a row is understood.
        """
        known = [coding for coding in codings if self.find(coding[0], coding[1]) is not None]
        if not known and not is_read:
            reason = reason or why_not(codings)
        return seen_as(resource, known or codings, reason, coverage.READ if is_read else coverage.UNDERSTOOD)

    @remembered
    def seen_unless_lab(self, resource: str, coding: Coding) -> Seen | None:
        """What is counted of an entry with one code that no lab has; None of one that a lab has."""
        concept = self.find(coding[0], coding[1])
        return None if concept is not None and concept.is_lab else self.seen(resource, (coding,))


def marked(concepts: Iterable[Concept], mark: str) -> Iterator[str]:
    """What concepts say after a mark such as `class:`."""
    return (name.removeprefix(mark) for concept in concepts for name in concept.names if name.startswith(mark))


def why_not(codings: tuple[Coding, ...]) -> str:
    """Why none of some codes is understood."""
    if not codings:
        return coverage.ONLY_TEXT
    return coverage.NO_ROW if any(system for system, _, _ in codings) else coverage.UNKNOWN_SYSTEM
