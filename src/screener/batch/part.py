"""What comes of a chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from screener.batch.chunk import Position
from screener.batch.summary.tally import Tally


@dataclass
class Part:
    """What came of a chunk, or of several: pieces of the output, lines of the rejects file, and counts."""

    outputs: list[bytes] = field(default_factory=list)
    rejects: bytes = b""
    tally: Tally = field(default_factory=Tally)


@dataclass
class Progress:
    """How far a batch, or a part of it, has come.

    Attributes:
        tally: its counts.
        position: where the next chunk begins.
        checks: of each input that was read, the checksum of what was read so far.
    """

    tally: Tally = field(default_factory=Tally)
    position: Position = field(default_factory=Position)
    checks: dict[int, int] = field(default_factory=dict)

    def add(self, other: Progress) -> None:
        """What came after it: its counts are added, and it is known where the next chunk begins."""
        self.tally.add(other.tally)
        self.position = other.position
        self.checks |= other.checks

    def data(self) -> dict[str, Any]:
        """What is noted of it, for JSON."""
        return {"tally": self.tally.data(), "position": astuple(self.position), "checks": self.checks}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Progress:
        """From such a note."""
        checks = {int(file): check for file, check in data["checks"].items()}
        return cls(Tally.of(data["tally"]), Position(*data["position"]), checks)


def merged(parts: Sequence[Part]) -> Part:
    """Several parts as one, in their order."""
    tally = Tally()
    for part in parts:
        tally.add(part.tally)
    outputs = [piece for part in parts for piece in part.outputs]
    return Part(outputs, b"".join(part.rejects for part in parts), tally)
