"""Medicine names to classes: exact after normalising, never fuzzy.

A name is normalised (case, accents, punctuation, trade mark signs, British `sulph-`), cut into words, and cut into
parts at the signs and words that join the ingredients of a combination. Words for strength, unit, dose form, route,
release and directions may stand around a name in the table, and salt words beside a name that is complete without
them. Any other word that is left over makes the part unrecognised: the table says what is known, nothing is guessed.

A bare `potassium` or `magnesium` is not recognised. It may be a supplement, an electrolyte of an infusion or half of a
salt's name, and the questionnaire asks about supplements in so many words.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Final

from screener.errors import RuleBookError, RuleProblem, did_you_mean, echo

REQUIRED: Final = ("generic", "class")
COLUMNS: Final = (
    "generic", "synonyms", "brands_us", "brands_uk", "class", "atc", "atc_status", "rxcui", "rxcui_status",
    "effect_magnesium", "effect_potassium", "qt", "caution", "evidence",
)  # fmt: skip
QT_MARKS: Final = frozenset({"known", "possible", "conditional", "unsure"})
CLASS_FORM: Final = re.compile(r"[A-Z][A-Z0-9_]*")
CACHE_LIMIT: Final = 8192
LONGEST_NAME: Final = 40  # words; real names with every detail have up to 20
LONGEST_GROUP: Final = 6  # parts that may make up one name: `insulin, regular, human` has three


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNITS: Final = _words(
    """
    mg mgs milligram milligrams mcg ug μg microgram micrograms nanogram nanograms ng gm gram grams kg ml mls millilitre
    millilitres milliliter milliliters litre liter dl cl mmol mmols mol meq meqs unt unit units iu miu percent ppm mci
    actuation actuat actuations dose doses puff puffs spray sprays hr hrs hour hours hourly day days week weeks weekly
    month months
    """
)
BESIDE_NUMBER: Final = _words("g l u m x h d")  # `5 g`, `24 h`, `U-100`, `M20`, `x28`
FORMS: Final = _words(
    """
    tab tabs tablet tablets cap caps capsule capsules caplet caplets softgel softgels gelcap gelcaps pill pills lozenge
    sachet sachets granule granules pellet pellets powder powders crystals effervescent dispersible soluble chewable
    chew chews gummy gummies orodispersible orally disintegrating dissolving film filmtab coated enteric uncoated
    solution soln suspension susp syrup elixir liquid drops drop concentrate emulsion oral mouth po
    injection injectable inj infusion infusions intravenous intramuscular subcutaneous iv im sc subcut sl sublingual
    ampoule ampoules ampule vial vials syringe syringes prefilled pen pens cartridge cartridges penfill flexpen
    flextouch kwikpen solostar inhaler inhalers inhalation inhaled hfa mdi dpi evohaler accuhaler turbohaler turbuhaler
    autohaler breezhaler respimat diskus respiclick handihaler nebule nebules nebuliser nebulizer nebulised nebulized
    aerosol suppository suppositories rectal enema patch patches transdermal cream ointment gel lotion topical
    ophthalmic eye ear nasal vaginal buccal foam wafer wafers
    er xr xl sr la dr ec odt cr mr pr cd ir xt sa ds af ac otc eq release extended delayed sustained modified prolonged
    controlled immediate long acting slow gastro gastroresistant resistant extencaps sequels continus liposomal liposome
    lipid complex anhydrous hydrate hemihydrate monohydrate dihydrate trihydrate tetrahydrate hexahydrate heptahydrate
    sesquihydrate dosepak dosepack pak pack packet packets bottle
    aglr yfgn szjj aabc vmjw
    once twice daily nightly od bd tds qds bid tid qid qd prn mane nocte stat as needed when required every each other
    morning evening night nights bedtime noon of in the at a per for before after food meals breakfast take takes taking
    """
)
CATIONS: Final = _words("sodium disodium potassium dipotassium magnesium calcium zinc strontium")
ANIONS: Final = _words(
    """
    hydrochloride dihydrochloride hcl hydrobromide hbr mesylate mesilate besylate besilate tosylate tosilate maleate
    fumarate tartrate bitartrate succinate hemisuccinate sulfate bisulfate phosphate diphosphate acetate diacetate
    citrate oxalate gluconate lactate lactobionate ethylsuccinate stearate estolate decanoate xinafoate isethionate
    isetionate pamoate embonate medoxomil kamedoxomil cilexetil erbumine arginine tromethamine trometamol meglumine
    lysine epolamine diethylamine diethylammonium sorbitex
    """
)
PHRASES: Final = re.compile(
    r"\b(?:(?:extra|maximum|max|regular|double|single|junior|adult|prescription)[\s-]+strength|(?:low|high)[\s-]+dose"
    r"|z[\s-]*pak|w(?=/))\b",
    re.IGNORECASE,
)
TRADE_MARKS: Final = re.compile("[®™℠©]|\\((?:r|tm)\\)", re.IGNORECASE)
APOSTROPHES: Final = re.compile("['’‘`´ʼ]")
TOKEN: Final = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)|(?P<percent>%)|(?P<word>[^\W\d_]+)|(?P<weak>[-‐‑‒–—―−])|(?P<strong>[/\\+&,;|()\[\]{}\n])"
)
JOINERS: Final = frozenset({"and", "with", "plus"})


@dataclass(frozen=True, slots=True)
class MedicineEntry:
    """One medicine of the table.

    Attributes:
        generic: the generic name as written in the table; ` / ` joins the ingredients of a combination.
        names: every name that stands for it: generic, synonyms, brands.
        classes: the classes that rules read, such as `THIAZIDE`.
        qt: whether it is known to prolong the QT interval (`known`, `possible`, `conditional`, `unsure`), or empty.
        atc: WHO ATC code, or empty.
        rxcui: RxNorm concept id of the ingredient, or empty.
        effect_magnesium: what it does to magnesium, in one word, for people; no rule reads it.
        effect_potassium: the same for potassium.
    """

    generic: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    qt: str = ""
    atc: str = ""
    rxcui: str = ""
    effect_magnesium: str = ""
    effect_potassium: str = ""

    @property
    def marks(self) -> frozenset[str]:
        """What conditions ask for: `class:PPI`, `name:omeprazole`, `qt:conditional`."""
        found = {f"class:{name}" for name in self.classes} | {f"name:{self.generic.lower()}"}
        return frozenset(found | {f"qt:{self.qt}"} if self.qt else found)


@dataclass(frozen=True, slots=True)
class Match:
    """What a written medicine name was matched to.

    Attributes:
        entries: the medicines recognised in it, in the order written, each once.
        unrecognized: the parts of the name that stand for nothing in the table, as written.
    """

    entries: tuple[MedicineEntry, ...]
    unrecognized: tuple[str, ...]

    @property
    def marks(self) -> frozenset[str]:
        """The marks of all its entries."""
        return frozenset().union(*(entry.marks for entry in self.entries))


@dataclass(frozen=True, slots=True)
class _Part:
    """Words between two separators, with where they stand in the cleaned text."""

    words: tuple[str, ...]
    start: int
    end: int
    hyphened: bool  # a hyphen, not a slash or the like, joins it to the part before


def clean(name: str) -> str:
    """The name without trade mark signs, accents and phrases about strength; case and separators stay."""
    text = unicodedata.normalize("NFKD", APOSTROPHES.sub("", TRADE_MARKS.sub(" ", name)))
    plain = "".join(char for char in text if not unicodedata.combining(char))
    return PHRASES.sub(" ", APOSTROPHES.sub("", plain))


def _parts(text: str) -> tuple[_Part, ...]:
    """Cut cleaned text into parts at every separator; empty parts are left out."""
    parts: list[_Part] = []
    words: list[re.Match[str]] = []
    joined_by_hyphen = next_hyphen = False

    def close() -> None:
        nonlocal joined_by_hyphen
        if words:
            texts = tuple(_word(match.group()) for match in words)
            parts.append(_Part(texts, words[0].start(), words[-1].end(), joined_by_hyphen))
            words.clear()
            joined_by_hyphen = True
        joined_by_hyphen = joined_by_hyphen and next_hyphen

    for match in TOKEN.finditer(text):
        if match.lastgroup in ("weak", "strong") or match.group().lower() in JOINERS:
            next_hyphen = match.lastgroup == "weak"
            close()
        else:
            words.append(match)
    close()
    return tuple(parts)


def _word(text: str) -> str:
    return text.casefold().replace("sulph", "sulf")


def normalize(name: str) -> str:
    """The key of a name that is nothing but a name: its words and numbers, run together."""
    return _key(word for part in _parts(clean(name)) for word in part.words)


def _key(words: Iterable[str]) -> str:
    return "".join(words)


def _is_number(word: str) -> bool:
    return word == "%" or word[0].isdigit()


def _is_around(words: Sequence[str], index: int) -> bool:
    """This word is about strength, form, route, release or directions, and not part of a name."""
    word = words[index]
    if word in UNITS or word in FORMS or _is_number(word):
        return True
    near = (words[i] for i in (index - 1, index + 1) if 0 <= i < len(words))
    return word in BESIDE_NUMBER and any(map(_is_number, near))


def _is_salt(word: str) -> bool:
    return word in CATIONS or word in ANIONS


def _may_leave_out(run: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether the salt words in `rest` may be left out beside the words of a name.

    `losartan` may lose its `potassium`, but `magnesium citrate` may not: in `potassium magnesium citrate` it says more.
    """
    salts = [word for word in rest if _is_salt(word)]
    if any(word in CATIONS for word in salts) and any(_is_salt(word) for word in run):
        return False
    return not salts or any(not _is_salt(word) for word in run)


@dataclass(frozen=True)
class MedicineTable:
    """All medicines known, and the one way to find them.

    Two tables with the same entries are equal. Pickled are the entries only; the indexes and the cache are made anew.
    """

    entries: tuple[MedicineEntry, ...]
    _names: dict[str, MedicineEntry] = field(init=False, repr=False, compare=False, default_factory=dict)
    _components: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _combinations: dict[frozenset[str], MedicineEntry] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _cache: dict[str, Match] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            for name in entry.names:
                for key in _keys(name):
                    self._names.setdefault(key, entry)
        for entry in self.entries:
            if " / " in entry.generic:
                keys = [normalize(part) for part in entry.generic.split(" / ")]
                for key in keys:
                    self._components[key] = key
                self._combinations[frozenset(keys)] = entry
        self._name_components()

    def _name_components(self) -> None:
        """Let every name of a listed ingredient (`HCTZ`) stand for it in a combination."""
        for key, entry in self._names.items():
            generic = normalize(entry.generic)
            if generic in self._components:
                self._components[key] = generic

    def __reduce__(self) -> tuple[type[MedicineTable], tuple[tuple[MedicineEntry, ...]]]:
        return MedicineTable, (self.entries,)

    @cached_property
    def classes(self) -> frozenset[str]:
        """Every class in the table."""
        return frozenset(name for entry in self.entries for name in entry.classes)

    @cached_property
    def qt_marks(self) -> frozenset[str]:
        """Every word of the QT column."""
        return frozenset(entry.qt for entry in self.entries if entry.qt)

    @cached_property
    def generics(self) -> frozenset[str]:
        """Every generic name, in lower case."""
        return frozenset(entry.generic.lower() for entry in self.entries)

    def match(self, name: str) -> Match:
        """The medicines that a written name stands for: exact after normalising, see the module's text."""
        found = self._cache.get(name)
        if found is None:
            if len(self._cache) >= CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[name] = self._match(name)
        return found

    def _match(self, name: str) -> Match:
        text = clean(name)
        parts = _parts(text)
        entries: dict[MedicineEntry, None] = {}
        left: list[_Part] = []
        for group, entry in self._groups(parts):
            if entry is not None:
                entries[entry] = None
            elif not _is_only_around(group[0].words):
                left.append(group[0])
        if not entries:
            return Match((), (name.strip(),) if name.strip() else ())
        return Match(tuple(entries), tuple(_spans(text, left)))

    def _groups(self, parts: Sequence[_Part]) -> Iterator[tuple[Sequence[_Part], MedicineEntry | None]]:
        """Cut the parts into the longest groups that are one medicine each, and single parts that are none."""
        start = 0
        while start < len(parts):
            ends = range(min(len(parts), start + LONGEST_GROUP), start, -1)
            end = next((end for end in ends if self._one(parts[start:end])), start + 1)
            entry = self._one(parts[start:end])
            # a part that may stand around a name can also begin the next one: `Slow-K [Slow-K]`
            while (
                end > start + 1 and _is_only_around(parts[end - 1].words) and self._one(parts[start : end - 1]) is entry
            ):
                end -= 1
            yield parts[start:end], entry
            start = end

    def _one(self, group: Sequence[_Part]) -> MedicineEntry | None:
        """The one medicine that all of these parts stand for."""
        return self._whole(group) or self._combination(group)

    def _whole(self, group: Sequence[_Part]) -> MedicineEntry | None:
        """The medicine whose name these parts spell, with nothing but words around it."""
        if any(not part.hyphened and all(map(_is_salt, part.words)) for part in group[1:]):
            return self._names.get(_key(word for part in group for word in part.words))
        if len(group) > 1 and all(map(_is_salt, group[0].words)) and not group[1].hyphened:
            return None
        key = self._run(tuple(word for part in group for word in part.words), self._names)
        return self._names[key] if key is not None else None

    def _combination(self, group: Sequence[_Part]) -> MedicineEntry | None:
        """The combination in the table that has exactly these ingredients, in any order."""
        ingredients: set[str] = set()
        for part in group:
            key = self._run(part.words, self._components)
            if key is not None:
                ingredients.add(self._components[key])
            elif not _is_only_around(part.words):
                return None
        return self._combinations.get(frozenset(ingredients))

    def _run(self, words: tuple[str, ...], names: Mapping[str, object]) -> str | None:
        """The longest run of words that is a name while all the others may stand around it; as its key."""
        if len(words) > LONGEST_NAME:
            return None
        solid = [i for i in range(len(words)) if not (_is_salt(words[i]) or _is_around(words, i))]
        first, last = (solid[0], solid[-1] + 1) if solid else (len(words) - 1, 1)
        runs = [(start, end) for start in range(first + 1) for end in range(max(last, start + 1), len(words) + 1)]
        for start, end in sorted(runs, key=lambda run: run[0] - run[1]):
            key = _key(words[start:end])
            if key in names and _may_leave_out(words[start:end], words[:start] + words[end:]):
                return key
        return None

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]], file: str = "medicines.csv") -> MedicineTable:
        """A table of rows with the columns of `medicines.csv`.

        Raises:
            RuleBookError: a row is wrong, or two rows share a name; with the row's line, the first row being line 2.
        """
        return cls._checked(((line, row) for line, row in enumerate(rows, start=2)), file)

    @classmethod
    def read(cls, path: Path) -> MedicineTable:
        """The table in a CSV file.

        Raises:
            RuleBookError: the file is not such a table.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise RuleBookError([RuleProblem(str(path), 1, 1, "the file is not UTF-8 text")]) from None
        reader = csv.DictReader(text.splitlines(keepends=True))
        problems = [RuleProblem(str(path), 1, 1, message) for message in _header_problems(reader.fieldnames or ())]
        if problems:
            raise RuleBookError(problems)
        return cls._checked(((reader.line_num, row) for row in reader), str(path))

    @classmethod
    def _checked(cls, rows: Iterable[tuple[int, Mapping[str, str]]], file: str) -> MedicineTable:
        entries: list[MedicineEntry] = []
        problems: list[RuleProblem] = []
        owners: dict[str, tuple[str, int]] = {}
        for line, row in rows:
            messages = list(_row_problems(row))
            if not messages:
                entries.append(_entry(row))
                messages.extend(_shared_names(entries[-1], line, owners))
            problems.extend(RuleProblem(file, line, 1, message) for message in messages)
        if problems:
            raise RuleBookError(problems)
        return cls(tuple(entries))


def _is_only_around(words: tuple[str, ...]) -> bool:
    return all(_is_around(words, index) for index in range(len(words)))


def _spans(text: str, parts: Iterable[_Part]) -> Iterator[str]:
    """The text of parts, with those that a hyphen joins taken together."""
    spans: list[list[int]] = []
    for part in parts:
        joined = bool(spans) and part.hyphened and not text[spans[-1][1] : part.start].strip("-‐‑‒–—―− ")
        if joined:
            spans[-1][1] = part.end
        else:
            spans.append([part.start, part.end])
    return (text[start:end] for start, end in spans)


def _keys(name: str) -> Iterator[str]:
    """The keys of a name in the table: the ingredients of a combination may stand in any order."""
    separator = " / " if " / " in name else ", "
    return (normalize(" ".join(order)) for order in permutations(name.split(separator)))


def _header_problems(columns: Iterable[str]) -> Iterator[str]:
    names = list(columns)
    for name in names:
        if name not in COLUMNS:
            yield f"unknown column {echo(name)}{did_you_mean(name, COLUMNS)}"
        elif names.count(name) > 1:
            yield f"column {echo(name)} stands more than once"
    for name in REQUIRED:
        if name not in names:
            yield f"column {echo(name)} is missing"


def _row_problems(row: Mapping[str, str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "the row has more or fewer cells than the header"
        return
    yield from (f"unknown column {echo(name)}{did_you_mean(name, COLUMNS)}" for name in row if name not in COLUMNS)
    yield from (f"{echo(name)} must not be empty" for name in REQUIRED if not row.get(name, "").strip())
    for name in row.get("class", "").split("+"):
        if name.strip() and not CLASS_FORM.fullmatch(name.strip()):
            yield f"class {echo(name)} must be capitals, digits and `_`"
    if row.get("qt", "") not in QT_MARKS | {""}:
        yield f"qt {echo(row['qt'])} must be one of {', '.join(sorted(QT_MARKS))}, or empty"


def _entry(row: Mapping[str, str]) -> MedicineEntry:
    generic = row["generic"].strip()
    others = (name for column in ("synonyms", "brands_us", "brands_uk") for name in row.get(column, "").split(";"))
    names = dict.fromkeys([generic, *(name.strip() for name in others if name.strip())])
    return MedicineEntry(
        generic=generic,
        names=tuple(names),
        classes=tuple(name.strip() for name in row["class"].split("+") if name.strip()),
        qt=row.get("qt", ""),
        atc=row.get("atc", ""),
        rxcui=row.get("rxcui", ""),
        effect_magnesium=row.get("effect_magnesium", ""),
        effect_potassium=row.get("effect_potassium", ""),
    )


def _shared_names(entry: MedicineEntry, line: int, owners: dict[str, tuple[str, int]]) -> Iterator[str]:
    """What is wrong with the names of an entry, which are noted in `owners` (key to generic and line)."""
    for name in entry.names:
        if not normalize(name):
            yield f"name {echo(name)} has no letters"
        for key in set(_keys(name)):
            other, where = owners.setdefault(key, (entry.generic, line))
            if (other, where) != (entry.generic, line):
                yield f"name {echo(name)} stands for {echo(other)} too (line {where})"
