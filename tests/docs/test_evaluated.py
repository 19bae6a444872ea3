"""The page on what has been evaluated is what the vignettes and the rule book say."""

from __future__ import annotations

import subprocess
import sys

from rulefolder import ROOT


def test_the_page_is_current() -> None:
    command = [sys.executable, str(ROOT / "docs" / "evaluated.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    page = (ROOT / "docs" / "evaluated.md").read_text(encoding="utf-8")
    assert done.stdout == page, "run `make reference`"
    assert "has not been evaluated" in page
    assert "(evaluate.md)" in page
