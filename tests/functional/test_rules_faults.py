"""Planted faults: each slip that an author may make is found by the right command, with a message at its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from rulefolder import RuleFolder, screener_here


@dataclass(frozen=True)
class Fault:
    """A slip, as `faults.yaml` describes it."""

    what: str
    file: str
    old: str
    command: str
    says: str
    new: str | None = None
    at: int = 0
    elsewhere: str = ""


FAULTS = [
    Fault(**entry) for entry in yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_found_by_the_right_command_at_its_line(fault: Fault, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.append(fault.file, fault.old) if fault.new is None else rules.replace(fault.file, fault.old, fault.new)
    words = fault.command.split()
    where = [str(rules.path)] if words[0] == "check" else ["--rules", str(rules.path)]
    done = screener_here("rules", *words, *where)
    assert done.code == 4, done.out + done.err
    output = done.out + done.err
    assert fault.says in output, output
    if fault.elsewhere:
        assert re.search(
            rf"^rules/\S*{re.escape(fault.elsewhere.removeprefix('rules/'))}\S*:\d+:\d+: ", output, re.MULTILINE
        )
    else:
        assert f"rules/{fault.file}:{line + fault.at}:" in output, (line, output)


def test_there_are_more_than_twenty() -> None:
    assert len({fault.what for fault in FAULTS}) == len(FAULTS) > 20
