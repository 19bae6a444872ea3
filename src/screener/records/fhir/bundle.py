"""What is in a FHIR file: its resources and those of bundles in it, whom each is about, and why some may be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from screener.errors import CaseError, FieldProblem, echo
from screener.memo import memo
from screener.records.codes import Codes
from screener.records.fhir.decode import refused
from screener.records.fhir.elements import fields_of, is_about_a_patient, items_of, local, names_of, subject_of, text_of
from screener.records.fhir.record import Record, is_read
from screener.records.fhir.resources import MODELS, Medication, named, read

DEEPEST: Final = 5  # bundles in bundles
GRAVE: Final = frozenset({"error", "fatal"})
PLAIN: Final = frozenset({"fullUrl", "resource"})
OPENED: Final = frozenset({"Bundle", "OperationOutcome"})
NO_MATCH: Final = frozenset({"include", "outcome"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search.

    Attributes:
        here: its own address, or empty.
        after: the address of the next page, or empty.
        total: how many entries the search has, when it says so.
        matches: how many of them are on this page.
    """

    here: str
    after: str
    total: int | None
    matches: int


@dataclass
class Opened:
    """The resources of a file, taken out of their bundles.

    Attributes:
        where: the file's name for messages.
        resources: each with its `fullUrl`.
        pages: of searches.
        flaws: what went wrong when the file was made.
        dated: the times at which documents were put together.
        deleted: resources that a history or a transaction deletes, such as `Observation/k`, each with the number of
            resources before: in a history, which begins with the newest, these are newer.
    """

    where: str
    resources: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    dated: list[str] = field(default_factory=list)
    deleted: dict[str, int] = field(default_factory=dict)

    def add(self, data: Mapping[str, Any], name: str = "Bundle", depth: int = 1, url: str | None = None) -> None:
        """Take a resource, or everything in a bundle.

        Raises:
            CaseError: it is not a FHIR resource, or an entry is broken.
        """
        kind = data.get("resourceType")
        issues = map(fields_of, items_of(data.get("issue")) if kind == "OperationOutcome" else ())
        if any(str(issue.get("severity")) in GRAVE for issue in issues):  # errors of a server in place of resources
            self.flaws.append("it holds an OperationOutcome with an error")
        if kind != "Bundle":
            self.take(url, data if isinstance(data, dict) else dict(data))
            return
        if depth > DEEPEST:
            raise refused(self.where, f"is a bundle inside {DEEPEST} others; that is too deep", name)
        entries = data.get("entry", [])
        if not isinstance(entries, list):
            raise refused(self.where, f"{echo(entries)} is not a list", f"{name}.entry")
        if data.get("type") == "document" and isinstance(time := data.get("timestamp"), str):
            self.dated.append(time)
        matches = 0
        for number, entry in enumerate(entries):
            resource = entry.get("resource") if isinstance(entry, dict) and entry.keys() <= PLAIN else None
            kind = resource.get("resourceType") if isinstance(resource, dict) else None
            if isinstance(resource, dict) and isinstance(kind, str) and kind not in OPENED:  # as nearly all are
                self.take(entry.get("fullUrl"), resource)
                matches += 1
            else:
                matches += self.other_entry(entry, f"{name}.entry[{number}]", depth)
        if self.deleted:
            self.withdraw(data.get("type") == "history")
        self.pages += _pages(data, matches)

    @memo
    def not_whole(self) -> tuple[str, ...]:
        """Why entries may be missing; to be asked for when everything has been added."""
        return tuple(dict.fromkeys([*self.flaws, *missing_pages(self.pages)]))

    def take(self, url: Any, resource: dict[str, Any]) -> None:
        """Take a resource; one without an id is called by the end of its `fullUrl`, as before a server gives one."""
        if "id" not in resource and isinstance(url, str) and (name := url.rsplit("/", 1)[-1].rsplit(":", 1)[-1]):
            resource = {**resource, "id": name}
        self.resources.append((url, resource))

    def withdraw(self, newest_first: bool) -> None:
        """What was deleted counts as entered in error."""
        for place, (url, resource) in enumerate(self.resources):
            since = self.deleted.get(f"{resource['resourceType']}/{resource.get('id')}")
            if since is not None and (place >= since or not newest_first) and resource["resourceType"] != "Patient":
                self.resources[place] = (url, {**resource, "status": "entered-in-error"})
        self.deleted.clear()

    def other_entry(self, entry: Any, name: str, depth: int) -> int:
        """Take an entry that is another bundle, has an answer of a server with it, or is broken."""
        fields = fields_of(entry)
        status = fields_of(fields.get("response")).get("status")
        if isinstance(status, str) and not status.startswith("2"):
            self.flaws.append(f"{name} has the response status {echo(status)}")
        resource = fields.get("resource") if isinstance(entry, dict) else entry
        if resource is None and isinstance(entry, dict):  # the answer of a transaction, or a deletion
            request = fields_of(fields.get("request"))
            if request.get("method") == "DELETE" and isinstance(request.get("url"), str):
                self.deleted.setdefault("/".join(request["url"].split("/")[-2:]), len(self.resources))
            return 0
        if not isinstance(resource, dict):
            raise refused(self.where, f"{echo(resource)} is not an object", f"{name}.resource")
        if not isinstance(resource.get("resourceType"), str):
            message = "is missing or no text; a FHIR resource says what it is"
            raise refused(self.where, message, f"{name}.resource.resourceType")
        url = fields.get("fullUrl")
        self.add(resource, f"{name}.resource", depth + 1, url if isinstance(url, str) else None)
        mode = fields_of(fields.get("search")).get("mode")
        return 0 if str(mode) in NO_MATCH or resource["resourceType"] == "OperationOutcome" else 1


def opened(data: Mapping[str, Any], where: str) -> Opened:
    """What is in a file; a resource by itself is its own bundle.

    Raises:
        CaseError: it is not a FHIR resource, or an entry is broken.
    """
    if not isinstance(data.get("resourceType"), str):
        raise refused(where, "is missing; a FHIR resource says what it is", "resourceType")
    found = Opened(where)
    found.add(data)
    return found


def _pages(data: Mapping[str, Any], matches: int) -> list[Page]:
    """The page of a search that a bundle is; nothing for other bundles without links."""
    urls: dict[str, str] = {}
    for link in map(fields_of, items_of(data.get("link"))):
        relation, url = link.get("relation"), link.get("url")
        if isinstance(relation, str) and isinstance(url, str):
            urls.setdefault(relation, url)
    total = data.get("total") if data.get("type") == "searchset" else None
    total = total if isinstance(total, int) and not isinstance(total, bool) else None
    if total is None and "next" not in urls:
        return []
    return [Page(urls.get("self", ""), urls.get("next", ""), total, matches)]


def missing_pages(pages: Iterable[Page]) -> list[str]:
    """Why searches are not whole: a next page that is not there, or fewer entries than the server had."""
    pages = list(pages)
    sums: Counter[int] = Counter()
    for page in pages:
        sums[page.total or 0] += page.matches
    by_address = {page.here: page for page in pages if page.here}
    followed = {page.after for page in pages if page.after in by_address}
    found: list[str] = []
    for page in pages:
        if page.here in followed:
            continue
        chain = [page]
        while chain[-1].after in by_address and by_address[chain[-1].after] not in chain:
            chain.append(by_address[chain[-1].after])
        totals = [one.total for one in chain if one.total is not None]
        matches = sum(one.matches for one in chain)
        if totals and sums[totals[0]] >= totals[0]:
            continue  # all entries are here, whatever the links say
        if chain[-1].after and chain[-1].after not in by_address:
            found.append("a page of it has a next page (link `next`) that is not here")
        elif totals and max(totals) > matches:
            found.append(f"{matches} of {max(totals)} entries of a search are here")
    return list(dict.fromkeys(found))


class Bundle:
    """The records in one file.

    Args:
        content: what is in it.
        codes: the code table.
    """

    def __init__(self, content: Opened, codes: Codes) -> None:
        self.content = content
        self.codes = codes
        self.patients: dict[str, Record] = {}
        self.medications: dict[str, Medication] = {}
        self.problems: list[FieldProblem] = []
        others: list[dict[str, Any]] = []
        for url, resource in self.content.resources:
            if resource["resourceType"] == "Patient":
                self.add_patient(url, resource)
            elif resource["resourceType"] == "Medication":
                self.add_medication(url, resource)
            elif resource["resourceType"] != "QuestionnaireResponse":  # read apart
                others.append(resource)
        for resource in others:
            self.add(resource)
        for record in self.patients.values():
            for time in self.content.dated:
                record.note_time(time)

    def add_patient(self, url: str | None, resource: dict[str, Any]) -> None:
        """A patient, under every name that a reference may use."""
        names = list(names_of(url, resource))
        known = next((self.patients[name] for name in names if name in self.patients), None)
        record = known or Record(text_of(resource.get("id")), self.codes, medications=self.medications)
        record.add_patient(resource)
        for name in names or [f"unnamed {len(self.patients)}"]:
            self.patients[name] = record

    def add_medication(self, url: str | None, resource: dict[str, Any]) -> None:
        """A medicine that requests point to."""
        found = read(Medication, resource)
        if isinstance(found, list):
            self.problems += found
            return
        for name in names_of(url, resource):
            self.medications[name] = found

    def add(self, resource: dict[str, Any]) -> None:
        """A resource about somebody."""
        reference = subject_of(resource)
        if reference is None:
            if resource.get("status") != "entered-in-error" and is_read(resource, self.codes):
                self.problems.append(FieldProblem(f"{named(resource)}.subject", "is missing; whom is it about"))
            return
        record = self.patients.get(reference) or self.patients.get(local(reference))
        if record is not None:
            record.add(resource)
        elif resource["resourceType"] in MODELS and is_about_a_patient(reference):
            self.orphan(local(reference), resource)

    def orphan(self, reference: str, resource: dict[str, Any]) -> None:
        """A resource about a patient who is not in the bundle: that case is refused, not forgotten."""
        record = Record(reference.rsplit("/", 1)[-1], self.codes, medications=self.medications)
        message = f"there is no {echo(reference)} in this file"
        record.refused.append(FieldProblem(f"{named(resource)}.subject", message))
        self.patients[reference] = record

    def records(self) -> Iterator[Record]:
        """Each patient's record, once."""
        for record in {id(record): record for record in self.patients.values()}.values():
            record.refused += self.problems
            yield record

    def nobody(self) -> CaseError:
        """That there is no patient in the file."""
        problems = self.problems or [FieldProblem("Patient", "there is no Patient resource in this file")]
        return CaseError(problems, where=self.content.where)
