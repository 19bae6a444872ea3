"""The kinds of answers: for each a strict check that says what would be right, and its JSON Schema.

Nothing is coerced: what is not one of the allowed forms is refused. The same kinds are used by the intake model, the
batch readers, the interview and the rule loader.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from screener.case.kind import JsonSchema, Kind
from screener.case.numbers import MONTHS, Lab, Measured, Number, OneUnitLab
from screener.data import dataclass
from screener.errors import echo
from screener.saying import say

__all__ = [
    "LONGEST_NAME", "LONGEST_TEXT", "MONTHS", "MOST_MEDICINES", "YES_NO_WORDS", "Choice", "JsonSchema", "Kind", "Lab",
    "Measured", "Medicine", "Medicines", "Number", "OneUnitLab", "OwnWords", "Text", "YesNo", "is_name",
    "looks_like_data",
]  # fmt: skip

YES_NO_WORDS: Final[dict[str, bool | None]] = {"yes": True, "no": False, "unknown": None}
LONGEST_NAME: Final = 200  # characters of one medicine's name
MOST_MEDICINES: Final = 200
LONGEST_TEXT: Final = 500  # characters of what a person writes, where the book does not say it


@dataclass(frozen=True)
class YesNo(Kind):
    """Yes, no or unknown: `true`, `false`, `null`, or the words yes, no, unknown in any case."""

    json_schema: ClassVar[JsonSchema] = {
        "anyOf": [{"type": ["boolean", "null"]}, {"type": "string", "pattern": "^(?i:yes|no|unknown)$"}]
    }

    def given(self, value: Any) -> bool | None:
        """See the class."""
        if value is True or value is False:
            return value
        if isinstance(value, str) and value.lower() in YES_NO_WORDS:
            return YES_NO_WORDS[value.lower()]
        raise ValueError(
            say("{given} is not an answer; use yes, no or unknown (or true, false, null)", given=echo(value))
        )


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words, in any case."""

    options: tuple[str, ...]

    def schema(self) -> JsonSchema:
        """See the base class."""
        return {"anyOf": [{"enum": list(self.options)}, {"type": "null"}]}

    def given(self, value: Any) -> str:
        """See the class."""
        if isinstance(value, str):
            for option in self.options:
                if option.casefold() == value.casefold():
                    return option
        options = f" {say('or')} ".join(f"`{option}`" for option in self.options)
        raise ValueError(say("{given} is not a choice; use {options}", given=echo(value), options=options))


@dataclass(frozen=True)
class Text(Kind):
    """Free text that the rules never read."""

    json_schema: ClassVar[JsonSchema] = {"type": ["string", "null"]}

    def given(self, value: Any) -> str:
        """See the class."""
        if not isinstance(value, str):
            raise ValueError(f"{echo(value)} is not text; write it in quotation marks")
        return _writable(value)


@dataclass(frozen=True)
class OwnWords(Kind):
    """What a person writes in words of their own: kept and shown, and read by no rule.

    No message repeats it: it can say who somebody is.

    Attributes:
        longest: how many characters it may have.
    """

    longest: int = LONGEST_TEXT

    def schema(self) -> JsonSchema:
        """See the base class."""
        own = {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": r"\S"}
        return {"anyOf": [own, {"type": "null"}]}

    def given(self, value: Any) -> str:
        """See the class."""
        if not isinstance(value, str):
            raise ValueError(say("this is not text; write it in words, in quotation marks"))
        if not value.strip():
            raise ValueError(say("nothing is written here; leave the answer out (null) where there is nothing to say"))
        if len(value) > self.longest:
            too_long = say(
                "a text of {count} characters is too long; at most {most} are kept", count=len(value), most=self.longest
            )
            raise ValueError(too_long)
        if _is_broken(value):
            raise ValueError(say("the text holds half of a character (a lone surrogate)"))
        return value


def _writable(text: str) -> str:
    """The text, unless it holds half of a character, which can be read but not written out again."""
    if _is_broken(text):
        raise ValueError(f"{echo(text)} holds half of a character (a lone surrogate)")
    return text


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def looks_like_data(name: str) -> bool:
    """Whether a medicine's name is rather a piece of JSON that was not taken apart."""
    return name.lstrip()[:1] in ("{", "[")


def is_name(name: str) -> bool:
    """Whether some text can be a medicine's name."""
    return bool(name.strip()) and len(name) <= LONGEST_NAME and not looks_like_data(name)


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as the person named it, and for how many months it has been taken (None: unknown)."""

    name: str
    months: float | None = None

    @property
    def written(self) -> Any:
        """The medicine as a case file writes it."""
        return self.name if self.months is None else {"name": self.name, "months": self.months}


@dataclass(frozen=True)
class Medicines(Kind):
    """A list of names or of `{name, months}`; null is unknown, an empty list is none."""

    json_schema: ClassVar[JsonSchema] = {
        "anyOf": [
            {"type": "null"},
            {
                "type": "array",
                "maxItems": MOST_MEDICINES,
                "items": {
                    "anyOf": [
                        {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                        {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                                "months": MONTHS.schema(),
                            },
                            "required": ["name"],
                            "additionalProperties": False,
                        },
                    ]
                },
            },
        ]
    }

    def given(self, value: Any) -> tuple[Medicine, ...]:
        """See the class."""
        if not isinstance(value, list | tuple):
            raise ValueError(f'{echo(value)} is not a list; write names in brackets, such as ["omeprazole"]')
        if len(value) > MOST_MEDICINES:
            raise ValueError(f"`{len(value)}` medicines are too many; give at most {MOST_MEDICINES}")
        return tuple(self.one(item, number) for number, item in enumerate(value, start=1))

    def written(self, value: Any) -> Any:
        """See the base class."""
        return [medicine.written for medicine in value] if isinstance(value, tuple) else value

    def one(self, item: Any, number: int) -> Medicine:
        """One entry of the list; `number` counts from 1, for the message."""
        if isinstance(item, Medicine):
            return Medicine(self.name(item.name, number), self.months(item.months, number))
        if isinstance(item, str):
            return Medicine(self.name(item, number))
        if not isinstance(item, dict):
            raise ValueError(f'entry {number} is {echo(item)}; use a name or {{"name": …, "months": …}}')
        for key in item:
            if key not in ("name", "months"):
                raise ValueError(f"entry {number} has {echo(key)}; only `name` and `months` are allowed")
        if "name" not in item:
            raise ValueError(f"entry {number} has no `name`")
        return Medicine(self.name(item["name"], number), self.months(item.get("months"), number))

    def name(self, value: Any, number: int) -> str:
        """A medicine's name: some text."""
        if not isinstance(value, str) or not value.strip() or looks_like_data(value):
            raise ValueError(f"entry {number} has the name {echo(value)}; write the name on the packet")
        if len(value) > LONGEST_NAME:
            raise ValueError(f"entry {number} has a name of {len(value)} characters; at most {LONGEST_NAME} are read")
        return _writable(value)

    def months(self, value: Any, number: int) -> float | None:
        """For how many months it has been taken."""
        try:
            months: float | None = MONTHS.taken(value)
        except ValueError as error:
            raise ValueError(f"entry {number}, `months`: {error}") from None
        return months
