"""A medicine of the table."""

from __future__ import annotations

from typing import Final

from screener.data import dataclass

ORAL: Final = "oral"
INGREDIENTS: Final = " / "  # joins the ingredients of a combination


@dataclass(frozen=True, slots=True)
class MedicineEntry:
    """One medicine of the table.

    Attributes:
        generic: the generic name as written in the table; ` / ` joins the ingredients of a combination.
        names: every name that it has: generic, synonyms, brands.
        classes: the classes that rules read, such as `THIAZIDE`.
        qt: whether it is known to prolong the QT interval (`known`, `possible`, `conditional`, `unsure`), or empty.
        atc: WHO ATC code, or empty.
        rxcui: RxNorm concept id of the ingredient, or empty.
        effects: the columns `effect_...`, each as `sleep: lowers`; for people, no rule reads them.
        route: how it gets into the body where the name is sold in one form only, such as `skin` or `ear/eye`; `oral`
            leaves it to the words next to the name.
        spelled: the names that are the generic name in some language, and no brand.
    """

    generic: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    qt: str = ""
    atc: str = ""
    rxcui: str = ""
    effects: tuple[str, ...] = ()
    route: str = ORAL
    spelled: tuple[str, ...] = ()

    @property
    def ingredients(self) -> tuple[str, ...]:
        """The parts of a combination; a single medicine is its own."""
        return tuple(self.generic.split(INGREDIENTS))

    @property
    def names_marks(self) -> frozenset[str]:
        """What conditions ask for besides classes: `name:omeprazole`, `qt:conditional`.

        A combination has the names of its ingredients too.
        """
        found = {f"name:{name.lower()}" for name in (self.generic, *self.ingredients)}
        return frozenset(found | {f"qt:{self.qt}"} if self.qt else found)

    @property
    def marks(self) -> frozenset[str]:
        """All that conditions ask for, `class:PPI` too."""
        return self.names_marks | {f"class:{name}" for name in self.classes}
