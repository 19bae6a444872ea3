"""Medicine names, cut into the words that count: exact after normalising, never fuzzy.

A name is normalised (case, accents, punctuation, trade mark signs, British `sulph-`), cut into words, and cut into
parts at the signs and words that join the ingredients of a combination. Words for strength, unit, dose form, route,
release and directions may stand around a name in the table, and salt words beside a name that is complete without
them. Any other word that is left over makes the part unrecognised: the table says what is known, nothing is guessed.

A bare `potassium` or `magnesium` is not recognised. It may be a supplement, an electrolyte of an infusion or half of a
salt's name, and the questionnaire asks about supplements in so many words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final


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
class Part:
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


def parts_of(text: str) -> tuple[Part, ...]:
    """Cut cleaned text into parts at every separator; empty parts are left out."""
    parts: list[Part] = []
    words: list[re.Match[str]] = []
    joined_by_hyphen = next_hyphen = False

    def close() -> None:
        nonlocal joined_by_hyphen
        if words:
            texts = tuple(_word(match.group()) for match in words)
            parts.append(Part(texts, words[0].start(), words[-1].end(), joined_by_hyphen))
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
    return key_of(word for part in parts_of(clean(name)) for word in part.words)


def key_of(words: Iterable[str]) -> str:
    """The words run together, as names are compared."""
    return "".join(words)


def _is_number(word: str) -> bool:
    return word == "%" or word[0].isdigit()


def is_around(words: Sequence[str], index: int) -> bool:
    """This word is about strength, form, route, release or directions, and not part of a name."""
    word = words[index]
    if word in UNITS or word in FORMS or _is_number(word):
        return True
    near = (words[i] for i in (index - 1, index + 1) if 0 <= i < len(words))
    return word in BESIDE_NUMBER and any(map(_is_number, near))


def is_salt(word: str) -> bool:
    """This word names a salt, such as `sodium` or `citrate`."""
    return word in CATIONS or word in ANIONS


def may_leave_out(run: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether the salt words in `rest` may be left out beside the words of a name.

    `losartan` may lose its `potassium`, but `magnesium citrate` may not: in `potassium magnesium citrate` it says more.
    """
    salts = [word for word in rest if is_salt(word)]
    if any(word in CATIONS for word in salts) and any(is_salt(word) for word in run):
        return False
    return not salts or any(not is_salt(word) for word in run)


def is_only_around(words: tuple[str, ...]) -> bool:
    """All of these words may stand around a name, and none is part of one."""
    return all(is_around(words, index) for index in range(len(words)))


def spans_of(text: str, parts: Iterable[Part]) -> Iterator[str]:
    """The text of parts, with those that a hyphen joins taken together."""
    spans: list[list[int]] = []
    for part in parts:
        joined = bool(spans) and part.hyphened and not text[spans[-1][1] : part.start].strip("-‐‑‒–—―− ")
        if joined:
            spans[-1][1] = part.end
        else:
            spans.append([part.start, part.end])
    return (text[start:end] for start, end in spans)


def keys_of(name: str) -> Iterator[str]:
    """The keys of a name in the table: the ingredients of a combination may stand in any order."""
    separator = " / " if " / " in name else ", "
    return (normalize(" ".join(order)) for order in permutations(name.split(separator)))
