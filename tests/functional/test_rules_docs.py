"""`screener rules docs`: the reference pages are current, link to what exists, and notice a changed article."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here
from screener.rulebook.book import RuleBook
from screener.workbench import docs
from screener.workbench.check.sentences import changed, hash_of, sentence_hashes

FOLDER = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def pages(book: RuleBook) -> dict[str, str]:
    return docs.pages(book)


def test_the_pages_are_current(pages: dict[str, str]) -> None:
    hint = "run `screener rules docs --write docs/reference`"
    assert {path.name for path in FOLDER.iterdir()} == set(pages), hint
    for name, text in pages.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, hint


def test_every_rule_flag_finding_and_source_is_there(pages: dict[str, str], book: RuleBook) -> None:
    for rule in book.rules:
        assert f"- `{rule.id}`: " in pages[f"{rule.pack}.md"]
    for name, entry in {**book.flags, **book.findings}.items():
        assert f"### {name}\n" in pages[f"{entry.pack}.md"]  # type: ignore[attr-defined]
    for source in book.sources.values():
        page = pages["propositions.md" if source.kind == "article" else "references.md"]
        assert f'<a id="{source.id.lower()}"></a>{source.id} |' in page


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    for text in pages.values():
        for page, anchor in re.findall(r"\]\(([\w.-]+\.md)(?:#([\w-]+))?\)", text):
            assert page in pages
            assert not anchor or f'id="{anchor}"' in pages[page]


def test_two_way_provenance(pages: dict[str, str], book: RuleBook) -> None:
    rule = book.rule["article-refractory-potassium-still-low"]
    for source in rule.sources:
        row = next(line for text in pages.values() for line in text.splitlines() if f"</a>{source} |" in line)
        assert f"rule `{rule.id}`" in row


def test_the_command_lists_prints_and_writes(tmp_path: Path, pages: dict[str, str]) -> None:
    assert screener_here("rules", "docs").out.split() == list(pages)
    assert screener_here("rules", "docs", "propositions.md").out == pages["propositions.md"]
    assert screener_here("rules", "docs", "--write", str(tmp_path / "new")).code == 0
    assert len(list((tmp_path / "new").iterdir())) == len(pages)
    assert "did you mean `propositions.md`?" in screener_here("rules", "docs", "proposition.md").err


def test_every_proposition_has_hashes_and_no_text() -> None:
    with (ROOT / "rules" / "article" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} == {f"A{number:02}" for number in range(1, 99)}
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) for row in rows)


def test_a_changed_sentence_is_named_with_what_cites_it(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    sentences = ["Low levels can be quiet.", "Some people bathe in salts!"]
    rows = ["source,sha256", f"A43,{hash_of(sentences[0])}", f"A72,{hash_of(sentences[1])}"]
    (rules.path / "article" / "sentences.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    article = tmp_path / "article.txt"
    article.write_text("  • Low levels,\tcan be QUIET. Some people bathe in salts\n", encoding="utf-8")
    assert changed(rules.path, article) == []
    article.write_text("Low levels can be quiet. Few people bathe in salts!", encoding="utf-8")
    done = screener_here("rules", "docs", "--article", str(article), "--rules", str(rules.path))
    assert done.code == 4
    assert done.out.startswith("A72: its sentence in the article has changed")
    assert "rule article-epsom-note-epsom-salts" in done.out
    assert "A43" not in done.out


def test_an_article_that_can_not_be_read(tmp_path: Path) -> None:
    done = screener_here("rules", "docs", "--article", str(tmp_path / "none.txt"))
    assert done.code == 5
    assert "cannot be read" in done.err


def test_punctuation_and_case_do_not_matter() -> None:
    assert sentence_hashes("One thing. Another!") == {hash_of("one  THING"), hash_of("another")}
