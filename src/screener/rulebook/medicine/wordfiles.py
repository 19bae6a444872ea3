"""The word lists that go with `medicines.csv`, read and checked: routes, forms, history, suffixes, lay names and more.

A book needs none of them: without a list, a name is recognised only as the table writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, Final

from screener.data import dataclass
from screener.errors import RuleBookError, RuleProblem, did_you_mean, echo
from screener.rulebook.medicine.lookup import Lexicon, classes_of
from screener.rulebook.medicine.result import MedicineEntry
from screener.rulebook.medicine.route import DROPS
from screener.rulebook.medicine.rows import CLASS_FORM, keys_of, read_sheet
from screener.rulebook.medicine.text import normalize, phrase_of

# file to its columns; the first ones are required
COLUMNS: Final = {
    "words.csv": ("kind", "words"),
    "suffixes.csv": ("kind", "words"),
    "routes.csv": ("route", "counted", "not_counted", "becomes", "exceptions", "say"),
    "form-words.csv": ("route", "form", "words", "languages"),
    "history-words.csv": ("words", "kind", "scope", "languages"),
    "order-abbreviations.csv": ("written", "means", "after"),
    "lay-names.csv": ("id", "names", "question", "choices", "class", "sets"),
    "homonyms.csv": ("name", "meaning_1", "where_1", "meaning_2", "where_2", "do"),
    "confusable.csv": ("a", "b", "why", "source"),
    "classes.csv": ("class", "means"),
}
AROUND: Final = (
    "label", "unit", "direction", "filler", "reason", "package", "order", "hydrate", "frame", "beside-number", "times",
)  # fmt: skip
OTHER_KINDS: Final = (
    "joiner",
    "to",
    "carrier",
    "never-close",
    "short-acting",
    "regular-use",
    "relievers",
    "own-medicine",
    "percent",
)
SALTS: Final = ("cation", "anion")
WORD_KINDS: Final = (*AROUND, *OTHER_KINDS, *SALTS, "none")
SUFFIX_KINDS: Final = ("ingredient", "marketing", "release", "maker")
HISTORY_KINDS: Final = (
    "stopped", "past", "long ago", "weeks ago", "not taken", "allergy", "on hold", "avoid", "someone else", "not yet",
    "as needed", "again", "begun", "turn", "switch", "direction",
)  # fmt: skip
SCOPES: Final = (
    "clause", "rest", "item", "start", "name", "label", "forward", "back", "from", "between", "maybe", "unclear",
    "instead", "was", "",
)  # fmt: skip
HOMONYM_RULES: Final = ("ask", "table", "too short")
SPECIAL_QUESTIONS: Final = ("which-drops", "which-form", "taken-now")  # asked without a lay name


@dataclass
class WordRow:
    """One row of a list; what is wrong with it is noted.

    Attributes:
        file: the list, as messages call it.
        cells: by their columns.
        problems: of all lists.
    """

    file: str
    line: int
    cells: dict[str, str]
    problems: list[RuleProblem]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, message: str) -> None:
        """Note what is wrong in it."""
        self.problems.append(RuleProblem(self.file, self.line, 1, message))

    def parts(self, column: str) -> list[str]:
        """The parts of a cell, separated by `;`."""
        return [part.strip() for part in self[column].split(";") if part.strip()]

    def one_of(self, column: str, allowed: tuple[str, ...]) -> None:
        """Note a cell that holds none of the allowed words."""
        if self[column] not in allowed:
            self.problem(f"{column} {echo(self[column])} must be one of {', '.join(filter(None, allowed))}")

    def phrases(self, column: str, empty: bool = False) -> list[str]:
        """The phrases in a cell, as they are looked up."""
        found = [(text, " ".join(phrase_of(text))) for text in self.parts(column)]
        if not found and not empty:
            self.problem(f"{echo(column)} must not be empty")
        for text, phrase in found:
            if not phrase and text != "-":
                self.problem(f"{echo(text)} has no letters")
        return [phrase for _, phrase in found if phrase]

    def pairs(self, column: str) -> dict[str, str]:
        """The parts of a cell, each written as `name=value`."""
        found = {}
        for part in self.parts(column):
            name, sign, value = part.partition("=")
            if not sign or not value.strip():
                self.problem(f"{echo(part)} should be written as name=value")
            found[name.strip()] = value.strip()
        return found


@dataclass
class WordFiles:
    """Reads the lists of one folder; what is wrong is collected."""

    folder: Path
    shown_as: str
    problems: list[RuleProblem] = field(default_factory=list)
    rows: dict[str, list[WordRow]] = field(default_factory=dict)
    routes: Sequence[str] = ()

    def read(self) -> Lexicon:
        """The lists of the folder; an absent file is an empty list."""
        for name, columns in COLUMNS.items():
            path, shown = self.folder / name, f"{self.shown_as}{name}"
            try:
                found = read_sheet(path, shown, columns, columns[:2]) if path.is_file() else []
            except RuleBookError as error:
                self.problems += error.problems
                found = []
            self.rows[name] = [WordRow(shown, line, cells, self.problems) for line, cells in found]
        self.routes = [row["route"] for row in self.rows["routes.csv"]]
        words = self.by_kind("words.csv", WORD_KINDS)
        suffixes = self.by_kind("suffixes.csv", SUFFIX_KINDS)
        return Lexicon(
            around={phrase: kind for kind in AROUND for phrase in words[kind]},
            forms=self.pairs("form-words.csv", self.form),
            histories=self.pairs("history-words.csv", self.history),
            suffixes=dict.fromkeys([*suffixes["ingredient"], *suffixes["marketing"]], "suffix"),
            releases=dict.fromkeys(suffixes["release"], "release"),
            makers=dict.fromkeys(suffixes["maker"], "maker"),
            salts={word: kind for kind in SALTS for word in words[kind]},
            abbreviations=self.pairs("order-abbreviations.csv", self.abbreviation),
            kinds={kind: [normalize(word) for word in words[kind]] for kind in OTHER_KINDS},
            nothing=dict.fromkeys(words["none"], "none"),
            lay=self.pairs("lay-names.csv", self.lay_name),
            questions=self.each("lay-names.csv", self.question),
            homonyms=self.pairs("homonyms.csv", self.homonym),
            confusable=self.confusable(),
            classes=self.each("classes.csv", lambda row: (row["class"], row["means"])),
            routes=self.each("routes.csv", self.route),
        )

    def check_names(self, lexicon: Lexicon, entries: Sequence[MedicineEntry]) -> None:
        """Note names of the lists that do not go together with the table."""
        self.check_classes(lexicon, entries)
        table = {key for entry in entries for name in entry.names for key in keys_of(name)}
        for row in self.rows["homonyms.csv"]:
            if row["do"] != "table" and normalize(row["name"]) in table:
                row.problem(f"{echo(row['name'])} is in medicines.csv too, so it would never be asked about")
        for row in self.rows["order-abbreviations.csv"]:
            if not phrase_of(row["means"]):
                row.problem(f"{echo(row['written'])} has no meaning")
        for row in self.rows["lay-names.csv"]:
            asked = lexicon.questions.get(row["id"], {})
            if not (asked.get("question") or asked.get("class")):
                row.problem(f"{echo(row['id'])} has neither a question nor a class")

    def check_choices(self, is_settled: Callable[[str], bool]) -> None:
        """Note choices of a question that settle nothing, because the table does not know their name."""
        for row in self.rows["lay-names.csv"]:
            for _, name in self.question(row)[1]["choices"]:
                if "{name}" not in name and not is_settled(name):
                    row.problem(f"the choice {echo(name)} is not in medicines.csv")

    def check_classes(self, lexicon: Lexicon, entries: Sequence[MedicineEntry]) -> None:
        """Note classes that the list of their meanings leaves out, or that no medicine has."""
        if not self.rows["classes.csv"]:
            return
        used = classes_of(entries, lexicon)
        for name in sorted(used - lexicon.classes.keys()):
            message = f"class {echo(name)} of medicines.csv is missing"
            self.problems.append(RuleProblem(f"{self.shown_as}classes.csv", 1, 1, message))
        for row in self.rows["classes.csv"]:
            if row["class"] not in used:
                hint = did_you_mean(row["class"], used)
                row.problem(f"no medicine has the class {echo(row['class'])}{hint}")

    # one row each

    def route(self, row: WordRow) -> tuple[str, dict[str, Any]]:
        """A row of `routes.csv`: which classes count by a route."""
        becomes, exceptions = row.pairs("becomes"), row.pairs("exceptions")
        counted = row.parts("counted")
        for name in (*counted, *row.parts("not_counted"), *becomes, *becomes.values(), *exceptions.values()):
            if name not in ("all", "none") and name not in self.routes and not CLASS_FORM.fullmatch(name):
                row.problem(f"{echo(name)} is not a class, and not `all` or `none`")
        return row["route"], {
            "counted": counted, "not_counted": row.parts("not_counted"), "becomes": becomes, "exceptions": exceptions,
            "say": row["say"],
        }  # fmt: skip

    def form(self, row: WordRow) -> Iterator[tuple[str, str]]:
        """A row of `form-words.csv`; the first row of a text decides."""
        if row["route"] != DROPS and row["route"] not in self.routes:
            row.problem(f"there is no route {echo(row['route'])}{did_you_mean(row['route'], self.routes)}")
        rank = self.rows["form-words.csv"].index(row)
        for phrase in row.phrases("words"):
            yield phrase, f"{rank:02}|{row['route']}|{row['form']}"

    def history(self, row: WordRow) -> Iterator[tuple[str, str]]:
        """A row of `history-words.csv`."""
        row.one_of("kind", HISTORY_KINDS)
        row.one_of("scope", SCOPES)
        for phrase in row.phrases("words"):
            yield phrase, f"{row['kind']}|{row['scope']}"

    def abbreviation(self, row: WordRow) -> Iterator[tuple[str, list[Any]]]:
        """A row of `order-abbreviations.csv`."""
        after = [word.casefold() for word in row.parts("after")]
        for phrase in row.phrases("written"):
            yield "".join(phrase.split()).replace("/", ""), [" ".join(phrase_of(row["means"])), after]

    def lay_name(self, row: WordRow) -> Iterator[tuple[str, str]]:
        """The names of a row of `lay-names.csv`."""
        for phrase in row.phrases("names", empty=row["id"] in SPECIAL_QUESTIONS):
            yield phrase, row["id"]

    def question(self, row: WordRow) -> tuple[str, dict[str, Any]]:
        """The question of a row of `lay-names.csv`."""
        if row["class"] and not CLASS_FORM.fullmatch(row["class"]):
            row.problem(f"{echo(row['class'])} is not a class")
        choices = []
        for choice in row.parts("choices"):
            label, sign, name = choice.partition("=")
            choices.append([label.strip(), (name if sign else label).strip()])
        return row["id"], {
            "question": row["question"], "choices": choices, "class": row["class"], "sets": row["sets"],
            "name": next(iter(row.parts("names")), ""),
        }  # fmt: skip

    def homonym(self, row: WordRow) -> Iterator[tuple[str, list[str]]]:
        """A row of `homonyms.csv`, if it is to be asked about."""
        row.one_of("do", HOMONYM_RULES)
        if row["do"] == "ask":
            yield (
                normalize(row["name"]),
                [row["name"], row["meaning_1"], row["where_1"], row["meaning_2"], row["where_2"]],
            )

    def confusable(self) -> dict[str, list[str]]:
        """The pairs of `confusable.csv`, each from both sides."""
        found: dict[str, list[str]] = {}
        for row in self.rows["confusable.csv"]:
            for one, other in ((row["a"], row["b"]), (row["b"], row["a"])):
                found.setdefault(normalize(one), []).append(other)
        return found

    # helpers

    def by_kind(self, file: str, kinds: tuple[str, ...]) -> dict[str, list[str]]:
        """The words of a list, by their kind."""
        found: dict[str, list[str]] = {kind: [] for kind in kinds}
        for row in self.rows[file]:
            row.one_of("kind", kinds)
            if row["kind"] in found:
                found[row["kind"]] += row.phrases("words")
        return found

    def pairs(self, file: str, read: Callable[[WordRow], Iterable[tuple[str, Any]]]) -> dict[str, Any]:
        """The entries of all rows; an entry given twice is noted, and the first one counts."""
        found: dict[str, Any] = {}
        for row in self.rows[file]:
            for key, value in read(row):
                if key in found:
                    row.problem(f"{echo(key)} is given twice")
                else:
                    found[key] = value
        return found

    def each(self, file: str, read: Callable[[WordRow], tuple[str, Any]]) -> dict[str, Any]:
        """One entry for each row; a name given twice is noted."""
        return self.pairs(file, lambda row: [read(row)])
