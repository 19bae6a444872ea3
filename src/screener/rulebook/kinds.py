"""From what a question says about its field to the kind of answer: yes/no, a choice, a number, a lab, medicines, text.

A question without `kind` asks yes or no, unless the program's own book has a field of that name: then it means that
field. So a book can use `age` or `potassium` by its name alone.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

from screener.case.answers import LONGEST_TEXT, Choice, Kind, Lab, Medicines, Number, OneUnitLab, OwnWords, YesNo
from screener.case.fields import CASE_ID, MEDICINES
from screener.case.model import BaseIntake
from screener.case.units import Analyte, plain_unit
from screener.errors import did_you_mean, echo
from screener.rulebook.contents import rules_folder
from screener.rulebook.files import AnalyteEntry, QuestionEntry
from screener.rulebook.parse import CONNECTIVES

Problem: TypeAlias = Callable[..., None]  # (message, *keys): what is wrong, and at which key of the entry

OUTPUT_NAMES: Final = frozenset(
    {CASE_ID, "line", "file", "urgency", "raised", "possible", "suppressed", "rules", "report", "raw", "errors"}
)  # columns of batch output
DOUBT: Final = ("bare_up_to", "unlikely_above", "levels")  # when a lab value without a unit is doubted, and why
USED: Final[dict[str, tuple[str, ...]]] = {
    "yes-no": (),
    "choice": ("choices",),
    "whole": ("from", "to", "unit", "unknown_word"),
    "decimal": ("from", "to", "unit", "unknown_word", "step"),
    "lab": ("from", "to", "analyte", "step", *DOUBT),
    "medicines": (),
    "text": ("longest",),
}
OWN_KEYS: Final = frozenset(chain.from_iterable(USED.values()))
MOST_LONGEST: Final = 5000  # characters
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_BARE: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_FACTOR: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,15})?)(?: ?/ ?([0-9]{1,12}(?:\.[0-9]{1,15})?))?")


def kind_of(entry: QuestionEntry, analytes: Mapping[str, Analyte], known: Mapping[str, Kind], problem: Problem) -> Kind:
    """The kind of a question's field; what is wrong with it is noted, and the field then asks yes or no.

    Args:
        entry: the question as it is written.
        analytes: of `units.yaml`, by id.
        known: fields that can be used by their name alone.
        problem: notes a problem at a key of the entry.
    """
    if message := wrong_name(entry.field):
        problem(message, "field")
    written = entry.model_dump(by_alias=True)
    given = [key for key, value in written.items() if key in OWN_KEYS and value is not None]
    if entry.kind is None and not given and entry.field in known:
        return known[entry.field]
    word = entry.kind or ("medicines" if entry.field == MEDICINES else "yes-no")
    wrong = [key for key in given if key not in USED[word]]
    for key in wrong:
        kinds = " or ".join(f"`kind: {kind}`" for kind, keys in USED.items() if key in keys)
        problem(f"`{key}` belongs to {kinds}; this field has the kind `{word}`", key)
    if (word == "medicines") != (entry.field == MEDICINES):
        problem(f"a list of medicines is always called `{MEDICINES}`, and `{MEDICINES}` is always such a list", "field")
    if wrong or word in ("yes-no", "medicines"):
        return Medicines() if word == "medicines" else YesNo()
    if word == "lab":
        return _lab(entry, analytes, problem)
    return {"choice": _choice, "text": _own_words}.get(word, _number)(entry, problem)


def known_fields(folder: Path) -> Mapping[str, Kind]:
    """The fields that the questions in a folder can use by their name alone: none in the program's own book."""
    if folder.resolve() == rules_folder().resolve():
        return {}
    from screener.case.intake import Intake

    return Intake.fields


def wrong_name(name: str) -> str:
    """What is wrong with the name of a field, or nothing."""
    if not _NAME.fullmatch(name):
        return f"{echo(name)} is not a name for a field; use small letters, digits and `_`, such as `dry_mouth`"
    taken = name in OUTPUT_NAMES or name in CONNECTIVES or keyword.iskeyword(name)
    if taken or hasattr(BaseIntake, name) or name.startswith("model_"):
        return f"`{name}` is a word of the program; call the field something else, such as `{name}_answer`"
    return ""


def _choice(entry: QuestionEntry, problem: Problem) -> Kind:
    choices = entry.choices or []
    folded = [choice.casefold() for choice in choices]
    if len(choices) < 2:
        problem(f"`{entry.field}` is a choice; write at least two, such as `choices: [indoors, outdoors]`", "choices")
    elif len(set(folded)) < len(folded):
        problem("a choice is given twice (capitals do not matter)", "choices")
    else:
        return Choice(tuple(choices))
    return YesNo()


def _own_words(entry: QuestionEntry, problem: Problem) -> Kind:
    longest = LONGEST_TEXT if entry.longest is None else entry.longest
    if not 1 <= longest <= MOST_LONGEST:
        problem(f"`longest` ({longest}) is how many characters are kept: 1 to {MOST_LONGEST}", "longest")
        return OwnWords()
    return OwnWords(longest)


def _number(entry: QuestionEntry, problem: Problem) -> Kind:
    bounds = _bounds(entry, problem)
    if bounds is None:
        return YesNo()
    word = bool(entry.unknown_word)
    return Number(*bounds, entry.unit or "", whole=entry.kind == "whole", unknown_word=word, step=_step(entry, problem))


def _lab(entry: QuestionEntry, analytes: Mapping[str, Analyte], problem: Problem) -> Kind:
    bounds, name = _bounds(entry, problem), entry.analyte or entry.field
    analyte = analytes.get(name)
    if analyte is None:
        known = f"; known are {', '.join(analytes)}" if analytes else ""
        where = "analyte" if entry.analyte else "field"
        problem(f"`units.yaml` has no analyte `{name}`{did_you_mean(name, analytes) or known}", where)
    if bounds is None or analyte is None:
        return YesNo()
    kind: Lab | OneUnitLab
    if analyte.one_unit:
        for key in (key for key in DOUBT if getattr(entry, key) is not None):
            problem(f"every unit of {analyte.name} means the same, so a bare number is never doubted", key)
        kind = OneUnitLab(*bounds, analyte.unit, analyte=analyte, step=_step(entry, problem))
    else:
        kind = Lab(*bounds, analyte.unit, analyte=analyte, step=_step(entry, problem), **_doubt(entry, problem))
    _check_example(kind, problem)
    return kind


def _check_example(kind: Lab | OneUnitLab, problem: Problem) -> None:
    """An example that cannot be answered shows that a factor or a limit is wrong; one that was made up does not."""
    analyte = kind.analyte
    if analyte.example == made_up(analyte.factors):
        return
    try:
        kind.check(float(analyte.example) if _BARE.fullmatch(analyte.example) else analyte.example)
    except ValueError as error:
        problem(
            f"the example of {analyte.name} in `units.yaml` does not fit, so a limit or a factor is wrong: {error}",
            "from",
        )


def _doubt(entry: QuestionEntry, problem: Problem) -> dict[str, Any]:
    """From where on a number without a unit is doubted, and what values are called."""
    if entry.bare_up_to is None:
        for key in (key for key in DOUBT[1:] if getattr(entry, key) is not None):
            problem(f"`{key}` says why a number above `bare_up_to` is doubted; write that too", key)
        return {}
    levels = tuple((float(level.below), level.called) for level in entry.levels or ())
    if [limit for limit, _ in levels] != sorted({limit for limit, _ in levels}):
        problem("the limits of `levels` go from the lowest to the highest, each once", "levels")
    unlikely = math.inf if entry.unlikely_above is None else float(entry.unlikely_above)
    return {"bare_high": float(entry.bare_up_to), "unlikely": unlikely, "levels": levels}


def _step(entry: QuestionEntry, problem: Problem) -> float:
    """The smallest difference between two answers; a tenth where the book does not say it."""
    if entry.step is None:
        return Number.step
    if not entry.step > 0:
        problem(f"`step` ({entry.step:g}) is the smallest difference between two answers: more than 0", "step")
    return float(entry.step)


def _bounds(entry: QuestionEntry, problem: Problem) -> tuple[float, float] | None:
    """The smallest and the largest answer; None when they are wrong."""
    if entry.from_ is None or entry.to is None:
        problem("a number needs its limits: the smallest and the largest plausible answer, as `from` and `to`", "field")
        return None
    if not entry.from_ < entry.to:
        problem(f"`from` ({entry.from_:g}) should be less than `to` ({entry.to:g})", "from")
        return None
    if entry.kind == "whole" and not (float(entry.from_).is_integer() and float(entry.to).is_integer()):
        problem("`from` and `to` of a whole number are whole numbers", "from")
        return None
    return entry.from_, entry.to


def analyte_of(entry: AnalyteEntry, problem: Problem) -> Analyte:
    """What `units.yaml` says about one analyte; what is wrong with it is noted."""
    factors = {unit: _factor(unit, text, problem) for unit, text in entry.units.items()}
    if len({plain_unit(unit) for unit in factors}) < len(factors):
        problem("a unit is given twice (capitals and spaces do not matter)", "units")
    if factors.get(entry.unit) != 1:
        problem(f"values are kept in {echo(entry.unit)}, so `units` needs it with the factor 1", "unit")
    return Analyte(entry.name or entry.id, entry.unit, factors, entry.example or made_up(factors))


def made_up(factors: Mapping[str, Decimal]) -> str:
    """The example of an analyte that has none."""
    return f"1 {next(iter(factors), '')}"


def _factor(unit: str, text: Any, problem: Problem) -> Decimal:
    """An exact factor: a decimal number, or one divided by another."""
    match = None if isinstance(text, bool) else _FACTOR.fullmatch(str(text))
    if match is None or Decimal(match.group(1)) == 0 or Decimal(match.group(2) or 1) == 0:
        problem(
            f"{echo(text)} is not a factor; write a number such as 0.5, or two such as `10 / 39.0983`", "units", unit
        )
        return Decimal(1)
    return Decimal(match.group(1)) / Decimal(match.group(2) or 1)
