"""A medicine table that kills the process that looks up one name: for tests of what happens when a worker dies."""

from __future__ import annotations

import os
import signal

from screener.rulebook.medicine.result import Match
from screener.rulebook.medicine.table import MedicineTable

DEADLY = "deadly nightshade"


class DeadlyTable(MedicineTable):
    """Kills the process at the name `DEADLY`, as memory-unsafe code might."""

    def match(self, name: str) -> Match:
        if name == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().match(name)
