"""What `--version` says of the rule book is kept, and is never that of other files or of another program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ownbook
from screener.errors import RuleBookError
from screener.rulebook import about, cache, kept
from screener.rulebook.cache import cached_rulebook


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A book that takes the place of the program's own, with a cache of its own."""
    texts = dict(cached_rulebook().texts)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SCREENER_NO_CACHE", raising=False)
    made = ownbook.write(tmp_path / "plants", texts)
    for module in (about, cache):
        monkeypatch.setattr(module, "rules_folder", lambda: made)
    yield made
    cache._in_process._kept.clear()


def said() -> str:
    cache._in_process._kept.clear()
    return str(about.about_own_book())


def is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from the files of the book any more."""
    monkeypatch.setattr(about, "_read", lambda: pytest.fail("the book was read"))


def test_it_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said() == "0.1.0 (0 of 1 rules reviewed)"
    is_kept(monkeypatch)
    assert said() == "0.1.0 (0 of 1 rules reviewed)"


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "version": (replaced("rulebook.yaml", "0.1.0", "0.1.1"), "0.1.1 (0 of 1 rules reviewed)"),
    "rule": (
        lambda folder: (folder / "class" / "rules.yaml").write_text(
            ownbook.RULES + ownbook.RULES.removeprefix("rules:\n").replace("water-it-dry", "water-it-too")
        ),
        "0.1.0 (0 of 2 rules reviewed)",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_the_files_is_seen(folder: Path, what: str) -> None:
    change, expected = CHANGES[what]
    before = said()
    change(folder)
    assert said() == expected != before


def test_what_makes_the_book_wrong_is_seen(folder: Path) -> None:
    said()
    (folder / "class" / "extra.yml").write_text("rules: []\n")
    with pytest.raises(RuleBookError, match=r"extra\.yml"):
        said()
    (folder / "class" / "extra.yml").unlink()
    assert said() == "0.1.0 (0 of 1 rules reviewed)"


def test_reviews_are_part_of_its_name(folder: Path) -> None:
    name = kept.kept_name(folder)
    (folder / "reviews.yaml").write_text("needs: 1\nreviews: []\n")
    assert kept.kept_name(folder) != name
    assert name.outdates(kept.kept_name(folder).of("about"))


def test_another_program_or_python_is_another_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept.kept_name(folder)
    monkeypatch.setattr("sys.version", "3.99")
    other = kept.kept_name(folder)
    monkeypatch.undo()
    monkeypatch.setattr(kept, "ROOMS", kept.ROOMS[1:])
    assert len({name, other, kept.kept_name(folder)}) == 3


def test_a_change_while_the_book_is_read_is_not_kept_under_the_old_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = about._read

    def changed() -> about.About:
        replaced("rulebook.yaml", "0.1.0", "0.2.0")(folder)
        return read()

    monkeypatch.setattr(about, "_read", changed)
    assert said().startswith("0.2.0")
    monkeypatch.setattr(about, "_read", read)
    replaced("rulebook.yaml", "0.2.0", "0.1.0")(folder)
    assert said().startswith("0.1.0")


def test_without_a_cache_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said()
    kept.write(kept.kept_name(folder).of("about") + kept.SUFFIX, about.About("9.9.9", 1, 1, ("class", "safety")))
    assert said().startswith("9.9.9")
    monkeypatch.setenv("SCREENER_NO_CACHE", "1")
    assert said().startswith("0.1.0")


def test_what_is_no_such_thing_is_not_believed(folder: Path) -> None:
    said()
    kept.write(kept.kept_name(folder).of("about") + kept.SUFFIX, ("9.9.9", 1, 1, ()))
    assert said().startswith("0.1.0")
