"""The pieces of a text between its separators, what each of their words is there for, and the labels in it.

A label is the words before a colon, and what they are said of: `wife: digoxin`, `morning: ramipril 5 mg`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Final, NamedTuple

from screener.data import dataclass
from screener.rulebook.medicine.find import Name
from screener.rulebook.medicine.lookup import Lexicon, Phrase
from screener.rulebook.medicine.text import COLON, SEPARATORS, Token

UNKNOWN: Final = "unknown"
SUFFIX: Final = "suffix"
MAKER: Final = "maker"
SALT: Final = "salt"
FORM: Final = "form"
HISTORY: Final = "history"
AROUND: Final = "around"
JOINER: Final = "joiner"
NAME: Final = "name"
SEPARATOR: Final = "separator"
LISTS: Final = ((FORM, "forms"), (AROUND, "around"), (AROUND, "releases"), (MAKER, "makers"), (SUFFIX, "suffixes"))
LABEL: Final = "label"  # the kind and scope of words that count only before a colon
CUTTING: Final = ("switch|forward", "switch|back")  # words for a change, with a medicine on each side
NUMBERED: Final = ("beside-number", "times")  # kinds of words that count only next to a number: `5 g`, `x 28`


class Role(NamedTuple):
    """What a word is there for.

    Attributes:
        kind: one of the words above.
        meaning: what its list says: a route and form, a kind and scope of history, the kind of word around.
        maybe_suffix: an ordinary word that is also used as a suffix, such as `day`.
    """

    kind: str
    meaning: str = ""
    maybe_suffix: bool = False


@dataclass(slots=True, eq=False)
class Piece:
    """What is between two separators.

    Attributes:
        start: its first token.
        end: after its last token.
        joined: how it is joined to the piece before: `comma`, `slash`, `plus`, `joiner`, or empty for the first.
        names: the names of the table in it.
    """

    start: int
    end: int
    joined: str = ""
    names: list[Name] = field(default_factory=list)


def roles_of(tokens: Sequence[Token], names: Sequence[Name], lexicon: Lexicon) -> list[Role]:
    """What each token is there for."""
    roles = [Role(SEPARATOR) if not token.is_word else Role(UNKNOWN) for token in tokens]
    for name in names:
        roles[name.start : name.end] = [Role(NAME)] * (name.end - name.start)
    at = 0
    while at < len(tokens):
        if roles[at].kind != UNKNOWN:
            at += 1
            continue
        role, end = _role(tokens, at, lexicon)
        for place in range(at, end):
            if roles[place].kind in (UNKNOWN, SEPARATOR):
                roles[place] = role
        at = end
    return roles


def _role(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[Role, int]:
    """What the word or phrase that begins at a token is there for, and where it ends."""
    lists = lexicon.starts.get(tokens[at].text, ())
    history = lexicon.phrase("histories", tokens, at) if "histories" in lists else None
    if history is not None and (not history.meaning.endswith(LABEL) or _labels(history, tokens)):
        kind = AROUND if history.meaning.startswith("direction") else HISTORY
        return Role(kind, history.meaning), history.end
    found = [
        (kind, phrase)
        for kind, name in LISTS
        if name in lists and (phrase := lexicon.phrase(name, tokens, at)) and _is_meant(phrase, tokens)
    ]
    if found:
        kind, phrase = max(found, key=lambda item: item[1].end)
        suffix = any(kind == SUFFIX and other.end == phrase.end for kind, other in found)
        if _counts(kind, phrase, tokens, at):
            return Role(kind, phrase.meaning, suffix and kind != SUFFIX), phrase.end
        return Role(SUFFIX if suffix else UNKNOWN), phrase.end
    word = tokens[at].text
    if tokens[at].kind == "number":
        return Role(AROUND, "number"), at + 1
    if lexicon.of_kind("joiner", word):
        return Role(JOINER), at + 1
    if word in lexicon.salts or word in lexicon.abbreviations:
        return Role(SALT, lexicon.meaning(word, tokens[at - 1].text if at else "")), at + 1
    return Role(UNKNOWN), at + 1


def _labels(phrase: Phrase, tokens: Sequence[Token]) -> bool:
    """Whether a word comes before a colon, or is alone between separators: `wife: digoxin`, `digoxin (wife)`."""
    if _before_colon(phrase, tokens):
        return True
    around = tokens[max(phrase.start - 1, 0) : phrase.start], tokens[phrase.end : phrase.end + 1]
    return all(token.kind in ("comma", "break") or token.spaced for side in around for token in side)


def _is_meant(phrase: Phrase, tokens: Sequence[Token]) -> bool:
    """Whether a word of a label is in one; elsewhere it is any word."""
    return phrase.meaning != LABEL or _before_colon(phrase, tokens)


def _before_colon(phrase: Phrase, tokens: Sequence[Token]) -> bool:
    """Whether the next separator after a phrase is a colon."""
    after = (token.text for token in tokens[phrase.end :] if token.kind in SEPARATORS)
    return next(after, "") == COLON


def _counts(kind: str, phrase: Phrase, tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is there for what its list says: `g` only next to a number."""
    if kind != AROUND or phrase.meaning not in NUMBERED:
        return True
    before = at > 0 and tokens[at - 1].kind == "number"
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if phrase.meaning == "times":
        return after is not None and (after.kind == "number" or before)
    return before or (after is not None and after.kind == "number")


def pieces_of(tokens: Sequence[Token], names: Sequence[Name], roles: Sequence[Role]) -> list[Piece]:
    """Cut a text at its separators; names stay whole."""
    pieces: list[Piece] = []
    start, joined = 0, ""
    for end, kind in (*_cuts(tokens, roles), (len(tokens), "")):
        if any(role.kind not in (SEPARATOR, JOINER) for role in roles[start:end]):
            inside = [name for name in names if start <= name.start < end]
            pieces.append(Piece(start, end, joined, inside))
            joined = kind
        elif joined and kind == "comma":
            joined = kind
        start = end + 1
    return _merged(pieces, roles)


def _cuts(tokens: Sequence[Token], roles: Sequence[Role]) -> Iterator[tuple[int, str]]:
    """Where a text is cut, and by what; `plus` as a word only between two names."""
    for at, (token, role) in enumerate(zip(tokens, roles, strict=True)):
        if role.kind == SEPARATOR and token.kind in SEPARATORS:
            yield at, token.kind
        elif role.kind == HISTORY and role.meaning in CUTTING:
            yield at, "comma"
        elif role.kind == JOINER or (token.text == "plus" and role.kind == SUFFIX and _joins_names(roles, at)):
            yield at, JOINER


def _joins_names(roles: Sequence[Role], at: int) -> bool:
    """Whether the nearest words on both sides, but for strengths and the like, are names."""
    return all(
        next((role.kind for role in side if role.kind not in (AROUND, FORM)), "") == NAME
        for side in (reversed(roles[:at]), roles[at + 1 :])
    )


def _merged(pieces: Sequence[Piece], roles: Sequence[Role]) -> list[Piece]:
    """The pieces, those that hold only a maker or a suffix taken together with the one before: `Furosemide (Teva)`."""
    found: list[Piece] = []
    for piece in pieces:
        kinds = {role.kind for role in roles[piece.start : piece.end]} - {SEPARATOR}
        if found and found[-1].names and kinds and kinds <= {MAKER, SUFFIX}:
            found[-1].end = piece.end
        else:
            found.append(piece)
    return found


OPENING: Final = ("(", "[", "{")
CLOSING: Final = (")", "]", "}")
HEADING: Final = "filler"  # the kind of words such as `medicines`, which begin a new list


class Label(NamedTuple):
    """A label.

    Attributes:
        start: its first token.
        colon: the colon.
        end: after the last token that it is said of.
    """

    start: int
    colon: int
    end: int

    def holds(self, at: int) -> bool:
        """Whether a token is a word of it."""
        return self.start <= at < self.colon

    def is_said_of(self, at: int) -> bool:
        """Whether it is said of a token."""
        return self.colon < at < self.end


def labels_of(tokens: Sequence[Token], roles: Sequence[Role]) -> list[Label]:
    """The labels of a text; one is said of all that follows, up to the next one or the end of its bracket."""
    colons = [at for at, token in enumerate(tokens) if token.text == COLON and roles[at].kind == SEPARATOR]
    found = [Label(_start(tokens, at), at, _end(tokens, at)) for at in colons]
    begin = [label.start for label in found if _begins_a_list(label, tokens, roles)]
    return [
        label._replace(end=min((start for start in begin if label.colon < start < label.end), default=label.end))
        for label in found
    ]


def _start(tokens: Sequence[Token], colon: int) -> int:
    """Where the label before a colon begins: after a comma, a colon, or the bracket that it is in."""
    depth = 0
    for at in range(colon - 1, -1, -1):
        text = tokens[at].text
        if text in CLOSING:
            depth += 1
        elif text in OPENING and depth:
            depth -= 1
        elif text in OPENING or text in (",", "|", COLON) or tokens[at].kind == "break":
            return at + 1
    return 0


def _end(tokens: Sequence[Token], colon: int) -> int:
    """Where the bracket that a colon is in ends, or the text."""
    depth = 0
    for at in range(colon + 1, len(tokens)):
        if tokens[at].text in OPENING:
            depth += 1
        elif tokens[at].text in CLOSING:
            depth -= 1
        if depth < 0:
            return at
    return len(tokens)


def _begins_a_list(label: Label, tokens: Sequence[Token], roles: Sequence[Role]) -> bool:
    """Whether a label ends what the one before is said of; a time of day or the name of a medicine does not."""
    inside = roles[label.start : label.colon]
    if any(role.kind == NAME for role in inside) or (label.start and tokens[label.start - 1].text == COLON):
        return False
    return any(
        role.kind not in (AROUND, FORM, SEPARATOR) or (role.kind == AROUND and role.meaning == HEADING)
        for role in inside
    )
