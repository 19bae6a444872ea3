"""What comes of a chunk."""

from __future__ import annotations

from dataclasses import dataclass, field

from screener.batch.summary.tally import Tally


@dataclass
class Part:
    """What came of a chunk: pieces of the output, lines of the rejects file, and counts."""

    outputs: list[bytes] = field(default_factory=list)
    rejects: bytes = b""
    tally: Tally = field(default_factory=Tally)
