"""The pictures show what `make demo` prints, what `explain` draws, and what the rooms of the program import."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from rulefolder import ROOT, screener

CASE = "examples/vignettes/V06-potassium-tablets-not-working.json"
PICTURE = ROOT / "docs" / "images" / "one-screen.svg"


def test_the_picture_is_what_is_printed() -> None:
    printed = screener("screen", CASE).out
    command = [sys.executable, str(ROOT / "docs" / "picture.py"), "make demo"]
    done = subprocess.run(command, input=printed, capture_output=True, text=True, check=True)
    assert done.stdout == PICTURE.read_text(encoding="utf-8"), "run `make reference`"
    drawn = ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")
    assert [line.text for line in drawn] == ["$ make demo", *filter(None, printed.splitlines())]
    assert 24 <= len(printed.splitlines()) <= 40
    assert "(docs/images/one-screen.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_of_the_explanations_is_what_is_drawn() -> None:
    drawn = screener("explain", CASE, "--flag", "suspect-magnesium", "--format", "svg").out
    assert drawn == (ROOT / "docs" / "images" / "and-or.svg").read_text(encoding="utf-8"), "run `make reference`"
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    assert f"explain {CASE} --flag suspect-magnesium --format svg" in page
    assert "(images/and-or.svg)" in page


def test_the_map_of_the_house_is_what_is_imported() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "house.py")], capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "docs" / "images" / "house.svg").read_text(encoding="utf-8"), "run `make reference`"
    drawn = {text.text for text in ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")}
    rooms = {path.name for path in (ROOT / "src" / "screener").iterdir() if (path / "__init__.py").is_file()}
    assert rooms <= drawn
    assert "(images/house.svg)" in (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
