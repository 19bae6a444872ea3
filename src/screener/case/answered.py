"""The answers of one case, valid for the fields of a rule book; and a case of them that needs no Pydantic.

`Intake` is a Pydantic model, which other programs want, and whose making takes longer than screening. A command that
has one case to read asks each field's kind itself, as the model does. Where anything is not allowed, the model is made
after all, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from screener.case.answers import Medicine
from screener.case.bound import Bound
from screener.case.fields import MEDICINES, Fields


class Answered:
    """The answers of one case, each under the name of its field; None where nothing is known."""

    __slots__ = ()

    if TYPE_CHECKING:  # a model would take these for fields of its own
        fields: ClassVar[Fields]
        """What can be answered."""
        case_id: str | None
        """Whose case it is, where that was said."""

        def __iter__(self) -> Generator[tuple[str, Any], None, None]:
            """Every field with its answer, in the order of the questionnaire."""

        def changed(self, answers: Mapping[str, Any]) -> Self:
            """The same case with other answers, which are valid."""

    def answers(self) -> dict[str, Any]:
        """The fields that were given, as a case file writes them: `read` gives the same case again.

        A lab has its unit with it where a bare number would be refused.
        """
        return {name: self.fields.written(name, value) for name, value in self if value is not None}

    def stored(self) -> dict[str, Any]:
        """The fields that were given, as plain data: every lab value a number in its analyte's unit, a bound text."""
        given = [(name, value) for name, value in self if value is not None]
        return {name: self.fields.written(name, v) if isinstance(v, Bound | tuple) else v for name, v in given}

    @property
    def named_medicines(self) -> tuple[Medicine, ...] | None:
        """The medicines that were named; None when that is unknown, or the rule book does not ask."""
        named: tuple[Medicine, ...] | None = getattr(self, MEDICINES, None)
        return named


class Case(Answered):
    """A case that needs no Pydantic; `screener.case.classes.read` makes it."""

    __slots__ = ("__dict__", "fields")  # what is in `__dict__` are the answers

    def __init__(self, fields: Fields, values: dict[str, Any]) -> None:
        self.fields = fields  # type: ignore[misc]  # of a model, they are the class's
        self.__dict__.update(values)

    def __iter__(self) -> Generator[tuple[str, Any], None, None]:
        yield from self.__dict__.items()

    def changed(self, answers: Mapping[str, Any]) -> Self:
        """See the base class."""
        return type(self)(self.fields, {**self.__dict__, **answers})
