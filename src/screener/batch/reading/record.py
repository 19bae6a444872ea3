"""What a reader makes of a piece of input: columns of accepted cases, and the records that were refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.engine.columnar.columns import Columns
from screener.errors import FieldProblem


@dataclass(frozen=True)
class Reject:
    """A record that was refused.

    Attributes:
        line: where it is in its input, counted from 1.
        case_id: its id, if it could be read.
        problems: everything that is wrong with it.
        raw: its text, so that it can be mended and fed back; None when it must not be copied.
    """

    line: int
    case_id: str | None
    problems: tuple[FieldProblem, ...]
    raw: str | None

    @property
    def errors(self) -> list[dict[str, str]]:
        """Everything that is wrong with it, as it is written out."""
        return [{"field": problem.field, "message": problem.message} for problem in self.problems]

    def text(self, file: str | None = None) -> str:
        """One line of the rejects file."""
        data: dict[str, Any] = {} if file is None else {"file": file}
        data |= {"line": self.line, "case_id": self.case_id, "errors": self.errors, "raw": self.raw}
        return json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n"


@dataclass
class Decoded:
    """A piece of input after reading; `lines`, `case_ids` and `columns` are of the accepted cases, in input order."""

    lines: NDArray[np.int64]
    case_ids: pa.Array
    columns: Columns
    rejects: list[Reject] = field(default_factory=list)
    extras: set[str] = field(default_factory=set)
    used: Counter[str] = field(default_factory=Counter)  # codes of the person who runs the batch, and how often
    empty: int = 0  # rows that are not cases, because there is nothing in them
    dated: dict[int, tuple[str, str]] = field(default_factory=dict)  # by line: see `Chunk`

    @property
    def records(self) -> int:
        """How many records were read, those with nothing in them included."""
        return len(self.lines) + len(self.rejects) + self.empty

    def take(self, keep: NDArray[Any]) -> Decoded:
        """Some of the accepted cases, by mask or by place; the rejects stay."""
        places = np.flatnonzero(keep) if keep.dtype == np.bool_ else keep
        ids = self.case_ids.take(pa.array(places))
        return replace(self, lines=self.lines[places], case_ids=ids, columns=self.columns.take(places))


def join(parts: Sequence[Decoded]) -> Decoded:
    """Pieces of input as one, in the order of their lines; one piece at least."""
    if len(parts) == 1:
        return parts[0]
    whole = Decoded(
        np.concatenate([part.lines for part in parts]),
        pa.concat_arrays([part.case_ids for part in parts]),
        Columns.concat([part.columns for part in parts]),
        sorted((reject for part in parts for reject in part.rejects), key=lambda reject: reject.line),
        set().union(*(part.extras for part in parts)),
        sum((part.used for part in parts), Counter()),
        sum(part.empty for part in parts),
        {line: pair for part in parts for line, pair in part.dated.items()},
    )
    if np.any(np.diff(whole.lines) < 0):
        whole = whole.take(np.argsort(whole.lines, kind="stable"))
    return whole
