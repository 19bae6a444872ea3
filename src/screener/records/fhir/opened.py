"""What is in a FHIR file: its resources, with those of bundles inside, and why some may be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from screener.errors import CaseError, FieldProblem, echo

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
            CaseError: it is no FHIR resource, or an entry is broken.
        """
        kind = data.get("resourceType")
        if kind == "OperationOutcome":
            self.flaws += _outcome(data)
        if kind != "Bundle":
            self.take(url, data if isinstance(data, dict) else dict(data))
            return
        if depth > DEEPEST:
            raise CaseError(
                [FieldProblem(name, f"is a bundle inside {DEEPEST} others; that is too deep")], where=self.where
            )
        entries = data.get("entry", [])
        if not isinstance(entries, list):
            raise CaseError([FieldProblem(f"{name}.entry", f"{echo(entries)} is not a list")], where=self.where)
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
        response = entry.get("response") if isinstance(entry, dict) else None
        status = response.get("status") if isinstance(response, dict) else None
        if isinstance(status, str) and not status.startswith("2"):
            self.flaws.append(f"{name} has the response status {echo(status)}")
        resource = entry.get("resource") if isinstance(entry, dict) else entry
        if resource is None and isinstance(entry, dict):  # the answer of a transaction, or a deletion
            request = entry.get("request")
            if isinstance(request, dict) and request.get("method") == "DELETE" and isinstance(request.get("url"), str):
                self.deleted.setdefault("/".join(request["url"].split("/")[-2:]), len(self.resources))
            return 0
        if not isinstance(resource, dict):
            problem = FieldProblem(f"{name}.resource", f"{echo(resource)} is not an object")
            raise CaseError([problem], where=self.where)
        if not isinstance(resource.get("resourceType"), str):
            message = "is missing or no text; a FHIR resource says what it is"
            raise CaseError([FieldProblem(f"{name}.resource.resourceType", message)], where=self.where)
        url = entry.get("fullUrl")
        self.add(resource, f"{name}.resource", depth + 1, url if isinstance(url, str) else None)
        search = entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        return 0 if str(mode) in NO_MATCH or resource["resourceType"] == "OperationOutcome" else 1


def opened(data: Mapping[str, Any], where: str) -> Opened:
    """What is in a file; a resource by itself is its own bundle.

    Raises:
        CaseError: it is no FHIR resource, or an entry is broken.
    """
    if not isinstance(data.get("resourceType"), str):
        problem = FieldProblem("resourceType", "is missing; a FHIR resource says what it is")
        raise CaseError([problem], where=where)
    found = Opened(where)
    found.add(data)
    return found


def _outcome(data: Mapping[str, Any]) -> list[str]:
    """The errors of a server in place of resources."""
    issues = data.get("issue")
    found = [issue for issue in (issues if isinstance(issues, list) else ()) if isinstance(issue, dict)]
    return ["it holds an OperationOutcome with an error"] if any(str(i.get("severity")) in GRAVE for i in found) else []


def _pages(data: Mapping[str, Any], matches: int) -> list[Page]:
    """The page of a search that a bundle is; nothing for other bundles without links."""
    links = data.get("link")
    urls: dict[str, str] = {}
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and isinstance(link.get("relation"), str) and isinstance(link.get("url"), str):
            urls.setdefault(link["relation"], link["url"])
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
