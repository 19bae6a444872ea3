"""The CHANGELOG says what is new in this version, and since when: the commit can be tagged."""

from __future__ import annotations

import re
from datetime import date

from rulefolder import ROOT
from screener import __version__


def test_the_newest_version_is_this_one_and_has_its_day() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d\S*) \((\d{4}-\d{2}-\d{2})\)$", text, re.MULTILINE)
    assert versions[0][0] == __version__
    assert [day for _, day in versions] == sorted((day for _, day in versions), reverse=True)
    assert all(date.fromisoformat(day) for _, day in versions)
