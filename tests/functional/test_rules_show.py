"""`screener rules show questionnaire`: every question and its path on one page."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from browser import browser
from screener.case.answers import YesNo
from screener.cli.main import main
from screener.errors import UsageError
from screener.rulebook.book import RuleBook


def show(*words: str) -> Result:
    return CliRunner().invoke(main, ["rules", *words], standalone_mode=False)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "paper"])
def test_every_question_stands_on_the_page(form: str, book: RuleBook) -> None:
    result = show("show", "questionnaire", "--format", form)
    page = re.sub(r"\\|<[^>]*>", "", result.stdout)
    page = re.sub(r"\s+", " ", page.replace("&#x27;", "'").replace("&quot;", '"').replace("&#39;", "'"))
    missing = [name for name, question in book.questions.items() if question.asked and question.ask not in page]
    assert missing == []
    assert "not medical advice" in page


def test_paths_units_and_use_are_told() -> None:
    page = re.sub(r"\s+", " ", show("show", "questionnaire").stdout)
    assert "Asked unless this is certainly not so: vomiting is yes." in page
    assert "not (sex given at birth is male) and not (age is below 12 or age is above 55)" in page
    assert "a number with its unit (mmol/L, mEq/L, mg/dL), 1 to 10 mmol/L" in page
    assert "Decides whether these are asked: days with vomiting; unable to keep drinks down." in page
    assert "Used by: no rule, so it is asked only in the fixed order" in page
    assert 'Used by: no rule; a remark shown with "Potassium that stayed low".' in page
    assert "Together: Is any of these true now? Or: none of these." in page


def test_the_form_to_fill_in_by_hand_has_boxes_and_lines_for_every_answer(book: RuleBook) -> None:
    page = show("show", "questionnaire", "--format", "paper").stdout
    asked = [one for one in book.questions.values() if one.asked]
    assert page.count('<td class="box"><i></i></td>') == 3 * sum(isinstance(one.kind, YesNo) for one in asked)
    assert page.count("</i>mg/dL") == sum("mg/dL" in one.units for one in asked)
    assert all(f"</i>{option}" in page for option in book.fields.options("sex"))
    assert "If vomiting is yes:" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_form_has_a_longer_line_for_ones_own_words() -> None:
    health = Path(__file__).parents[2] / "examples" / "books" / "health"
    page = show("show", "questionnaire", "--format", "paper", "--rules", str(health)).stdout
    words = RuleBook.load(health).questions["own_words"].ask
    assert '<span class="line"></span>' * 5 + f"</span>{escape(words)}" in page


def test_the_form_to_fill_in_by_hand_is_two_pages_of_a4(tmp_path: Path) -> None:
    file = tmp_path / "form.html"
    file.write_text(show("show", "questionnaire", "--format", "paper").stdout, encoding="utf-8")
    with browser() as chrome:
        page = chrome.new_page()
        page.goto(file.as_uri())
        printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_an_unknown_page_is_told() -> None:
    result = show("show", "questionaire")
    assert isinstance(result.exception, UsageError)
    assert "there is no rule, flag, finding, source or pack `questionaire`" in str(result.exception)
    assert "did you mean `questionnaire`?" in str(result.exception)


def test_an_unknown_command_is_told() -> None:
    assert "there is no command `rules shwo`, did you mean `show`?" in str(show("shwo").exception)


def test_help_has_an_example() -> None:
    assert "Example: screener rules show questionnaire" in show("show", "--help").stdout
