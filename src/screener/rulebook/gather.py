"""The files of a rule book, and of the one that it extends, read into lists of entries; every mistake is noted."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from pydantic import BaseModel

from screener.data import dataclass
from screener.errors import RuleBookError, RuleProblem, echo
from screener.rulebook import files
from screener.rulebook.characters import wrong_characters
from screener.rulebook.contents import REVIEWS, SHIPPED, among, place_of, rule_files, rule_files_of, unread
from screener.rulebook.document import Document, read_document
from screener.rulebook.drafts import content, made_once
from screener.rulebook.entries import Entry
from screener.rulebook.hashes import wrong_hashes
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.recordfile import RecordsFile
from screener.rulebook.review.file import ReviewsFile
from screener.rulebook.shape import check_history, shaped
from screener.rulebook.topics import TopicsFile
from screener.rulebook.wording import check_texts


@dataclass
class Gathering:
    """What the files of one book hold, as far as they were read, and what is wrong with them.

    As much as possible is checked before the first stop: only what looks up names in other files waits until all of
    them could be read.
    """

    folder: Path
    documents: list[Document] = field(default_factory=list)
    complete: bool = True  # every entry of every file was read, so names can be looked up
    lists: dict[str, list[Entry]] = field(default_factory=dict)
    pack_files: dict[str, Entry] = field(default_factory=dict)
    topics_file: Entry | None = None

    header: files.BookFile | None = None
    unsure: set[str] = field(default_factory=set)  # fields whose question is wrong
    pack_names: list[str] = field(default_factory=list)
    own_texts: dict[str, str] = field(default_factory=dict)
    reviews: list[Entry] = field(default_factory=list)
    table: MedicineTable = field(default_factory=lambda: MedicineTable([]))

    def read(self, above: list[Path]) -> None:
        """Read the files of the book, and of the one that it extends.

        Args:
            above: the folders of the books that extend this one.
        """
        book = self.read_list("", "rulebook.yaml", files.BookFile, "levels")
        header = self.header = book.data if book else None
        if book:
            book.unfilled("title", "about")
        packs = self.pack_names = self.packs(header) if header else []
        self.table = self.medicines()
        for pack in packs:
            self.read_pack(pack)
        self.read_list("", "units.yaml", files.UnitsFile, "analytes")
        self.questionnaire()
        self.topics_file = self.file("topics.yaml", TopicsFile)
        self.read_list("", "records.yaml", RecordsFile, *RecordsFile.model_fields)
        self.own_texts = check_texts(self.document("texts.yaml")) if self.has("texts.yaml") else {}
        reviews = self.file(REVIEWS, ReviewsFile)  # never of any use to what is concluded
        self.reviews = [reviews] if reviews else []
        self.tables()
        if header:
            self.unread(packs)
            self.extend(header, above)

    def extend(self, header: files.BookFile, above: list[Path]) -> None:
        """Put the book under this one that it extends, if it extends one."""
        if header.extends is None:
            return
        above, base = [*above, self.folder], place_of(header.extends, self.folder)
        problem = ""
        if not (base / "rulebook.yaml").is_file():
            problem = (
                f"there is no rule book in {echo(header.extends)}; name a folder as seen from this file, or `{SHIPPED}`"
            )
        elif among(base, above):
            problem = f"{echo(header.extends)} extends this book itself; one of them has to extend no other"
        if problem:
            self.complete = False
            self.documents[0].problem(("extends",), problem)
            return
        under = Gathering(base)
        under.read(above)
        for pack in (pack for pack in self.pack_names if pack in under.pack_names):
            message = f"the book that this one extends has a pack {echo(pack)}, too; call yours something else"
            self.documents[0].problem(("packs", header.packs.index(pack)), message)
        self.stand_on(under)

    def stand_on(self, under: Gathering) -> None:
        """Take over everything that another book has and this one does not say itself."""
        self.documents += under.documents
        self.complete = self.complete and under.complete
        if self.lists.get("levels"):
            under.lists.pop("levels", None)
        for kind in {*under.lists, *self.lists}:
            self.lists[kind] = [*under.lists.get(kind, ()), *self.lists.get(kind, ())]
        self.pack_files = {**under.pack_files, **self.pack_files}
        self.pack_names = list(dict.fromkeys([*under.pack_names, *self.pack_names]))
        self.own_texts = {**under.own_texts, **self.own_texts}
        self.topics_file = self.topics_file or under.topics_file
        self.reviews = [*under.reviews, *self.reviews]
        if not (self.folder / "vocabulary").is_dir():
            self.table = under.table

    @property
    def problems(self) -> list[RuleProblem]:
        """Everything found so far."""
        return [problem for document in self.documents for problem in document.problems]

    def stop_on_problems(self) -> None:
        """Go no further where something is wrong.

        Raises:
            RuleBookError: listing what is.
        """
        if self.problems:
            raise RuleBookError(self.problems)

    # reading

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.folder / name).is_file()

    def document(self, name: str) -> Document:
        """Read a file, whatever its shape."""
        document = read_document(self.folder / name, self.shown(name))
        self.documents.append(document)
        return document

    def note(self, problems: list[RuleProblem]) -> None:
        """Note what is wrong with something that is no document."""
        self.documents.append(Document("", problems=problems))

    def shown(self, name: str) -> str:
        """A file as messages name it."""
        return f"{self.folder.name}/{name}" if self.folder.name else name

    def file(self, name: str, model: type[BaseModel], pack: str = "") -> Entry | None:
        """A whole file of the given shape; None when there is none, or it has another, which is noted."""
        if not self.has(name):
            return None
        document = self.document(name)
        found = shaped(document, model)
        self.complete = self.complete and found is not None
        return Entry(pack, found, document, ()) if found is not None else None

    def packs(self, header: files.BookFile) -> list[str]:
        """The packs that the book lists, each once."""
        for index, pack in enumerate(header.packs):
            if pack in header.packs[:index]:
                self.documents[0].problem(("packs", index), f"pack {echo(pack)} is listed twice")
        return list(dict.fromkeys(header.packs))

    def unread(self, packs: list[str]) -> None:
        """Note whatever is in the folder and is not read."""
        problems = list(unread(self.folder, packs, self.folder.name))
        self.complete = self.complete and not problems
        self.note(problems)

    def read_pack(self, pack: str) -> None:
        """Read the files of a pack."""
        if not self.has(f"{pack}/pack.yaml"):
            self.complete = False
            self.documents[0].problem(("packs",), f"pack {echo(pack)} has no file `{pack}/pack.yaml`")
            return
        header = self.read_list(pack, f"{pack}/pack.yaml", files.PackFile, *files.IN_A_PACK)
        if header is not None:
            header.unfilled("title", "about")
            self.pack_files[pack] = header
        for kind, model in files.IN_A_PACK.items():
            self.read_list(pack, f"{pack}/{kind}.yaml", model, kind)
        for path in rule_files_of(self.folder / pack):
            self.read_list(pack, f"{pack}/rules/{path.name}", files.RulesFile, "rules")

    def read_list(self, pack: str, name: str, model: type[BaseModel], *kinds: str) -> Entry | None:
        """Add the entries of an (optional) file to the lists of their kinds; the whole file, if it could be read."""
        whole = self.file(name, model, pack)
        if whole is None:
            return None
        for kind in kinds:
            for entry in whole.each(kind):
                entry.unfilled(*files.UNFILLED.get(kind, ()))
                if kind == "rules" and self.header is not None:
                    check_history(entry, self.header.version)
                self.lists.setdefault(kind, []).append(entry)
        return whole

    def medicines(self) -> MedicineTable:
        """The medicine table; what is wrong with it is noted, as with any other file."""
        path, shown = self.folder / "vocabulary" / "medicines.csv", self.shown("vocabulary/medicines.csv")
        if not path.parent.is_dir():
            return MedicineTable([])
        try:
            tables = tuple(content(each) for each in sorted(path.parent.glob("*.csv")))
            return made_once((shown, tables), lambda: MedicineTable.read(path, shown))
        except RuleBookError as error:
            self.complete = False
            self.note(list(error.problems))
            return MedicineTable([])

    def questionnaire(self) -> None:
        """The questions, each with the field that it asks for."""
        name = "questionnaire.yaml"
        if self.has(name):
            self.read_list("", name, files.QuestionnaireFile, "questions", "screens", "implies")
        elif self.header is None or self.header.extends is None:  # those of the other book may be enough
            message = "the file is missing; every field that a rule reads has its question in it"
            self.complete = False
            self.note([RuleProblem(self.shown(name), 0, 0, message)])

    def tables(self) -> None:
        """Note the characters in CSV files that must not be there; what else is wrong with a file, its reader says."""
        for path in rule_files(self.folder):
            if path.suffix == ".csv":
                text = content(path).decode("utf-8-sig", "replace")
                shown = self.shown(path.relative_to(self.folder).as_posix())
                self.note([*wrong_characters(text, shown), *wrong_hashes(path, shown)])
