"""What was meant by a wrong name is looked up for a few of them: thousands cost no time, and the message says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from medicinetables import table_of
from rulefolder import RuleFolder, screener_here
from screener.case.intake import Intake
from screener.errors import MOST_HINTS, MOST_PROBLEMS, CaseError, Hints, RuleBookError, did_you_mean
from screener.records.codetable import read_codes
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import unread
from screener.rulebook.document import Document, parse_document
from screener.rulebook.files import IN_A_PACK
from screener.rulebook.parse import ConditionParser, Vocabulary
from screener.rulebook.shape import shaped
from screener.rulebook.wording import check_texts

MANY = 25_000
FIELDS = Intake.fields
SAID_ONCE = f"is looked up for the first {MOST_HINTS} only"


@contextmanager
def quick(seconds: float = 5) -> Iterator[None]:
    """At half a millisecond a name, the slowest of these would take a dozen seconds; work counts, not waiting."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


def test_a_few_names_get_what_was_meant() -> None:
    hints = Hints()
    found = [hints("fatige", FIELDS) for _ in range(MOST_HINTS + 5)]
    assert found[0] == did_you_mean("fatige", FIELDS) == ", did you mean `fatigue`?"
    assert set(found[:MOST_HINTS]) == {found[0]}
    assert SAID_ONCE in found[MOST_HINTS]
    assert set(found[MOST_HINTS + 1 :]) == {""}


def test_a_case_with_thousands_of_unknown_fields() -> None:
    answers = {"fatigue": 3, **{f"unknown_{number}": 1 for number in range(MANY)}}
    with quick(), pytest.raises(CaseError) as error:
        Intake.read(answers)
    problems = error.value.problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[0].field == "fatigue"
    assert sum(SAID_ONCE in problem.message for problem in problems) == 1
    assert problems[-1].message == f"there are {MANY + 1 - MOST_PROBLEMS} other problems, which are not listed"


def test_the_command_says_so_too(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps({f"unknown_{number}": 1 for number in range(MANY)}), encoding="utf-8")
    with quick():
        done = screener_here("screen", str(case))
    assert done.code == 3
    assert len(done.err.splitlines()) == MOST_PROBLEMS + 1
    assert "there are 24800 other problems, which are not listed" in done.err


def test_a_few_unknown_fields_are_all_named() -> None:
    with pytest.raises(CaseError) as error:
        Intake.read({f"unknown_{number}": 1 for number in range(MOST_PROBLEMS)})
    assert [problem.field for problem in error.value.problems] == [f"unknown_{n}" for n in range(MOST_PROBLEMS)]


def texts(document: Document) -> None:
    check_texts(document)


def flags(document: Document) -> None:
    shaped(document, IN_A_PACK["flags"])


def condition(document: Document) -> None:
    ConditionParser(document, Vocabulary([], {}, table_of([]), FIELDS)).parse(document.data["any"], ())


FILES: list[tuple[str, Callable[[Document], None]]] = [
    ("".join(f"unknown-{number}: text\n" for number in range(MANY)), texts),
    ("flags:\n  - id: x\n" + "".join(f"    unknown_{number}: 1\n" for number in range(MANY)), flags),
    ("any:\n  any:\n" + "".join(f"    - unknown_{number}: yes\n" for number in range(MANY)), condition),
]


@pytest.mark.parametrize(("text", "check"), FILES, ids=["texts", "flags", "condition"])
def test_a_rule_file_with_thousands_of_unknown_names(text: str, check: Callable[[Document], None]) -> None:
    document = parse_document(text.encode(), "rules.yaml")
    with quick():
        check(document)
    unknown = [
        message
        for message in (problem.message for problem in document.problems)
        if "unknown-" in message or "unknown_" in message
    ]
    assert len(unknown) == MANY
    assert sum(SAID_ONCE in message for message in unknown) == 1


def test_a_text_with_thousands_of_braces() -> None:
    document = parse_document(b"footer: See " + b"{a} " * MANY, "texts.yaml")
    with quick():
        check_texts(document)
    assert sum(problem.message.startswith("`footer` has 24990 other braces") for problem in document.problems) == 1


def test_a_table_with_thousands_of_unknown_fields(tmp_path: Path) -> None:
    header = "concept,kind,field,use,system,code,below,display,status,source,note\n"
    rows = "".join(f"c,problem,unknown_{number},,S,{number},,d,verified,s,\n" for number in range(MANY))
    path = tmp_path / "codes.csv"
    path.write_text(header + rows, encoding="utf-8")
    with quick(), pytest.raises(RuleBookError) as error:
        read_codes(path, FIELDS)
    assert len(error.value.problems) == MANY


def test_a_folder_with_hundreds_of_unread_files(tmp_path: Path, book: RuleBook) -> None:
    rules = RuleFolder.copy(tmp_path)
    for number in range(1000):
        (rules.path / f"unknown-{number}").touch()
    found = list(unread(rules.path, list(book.packs), "rules"))
    assert len(found) == 1000
    assert sum(SAID_ONCE in problem.message for problem in found) == 1


def test_a_book_without_medicines_has_none_to_name() -> None:
    document = parse_document(b"when: {medicine: {class: PPI}}\n", "rules.yaml")
    ConditionParser(document, Vocabulary([], {}, table_of([]), FIELDS)).parse(document.data["when"], ("when",))
    assert [problem.message for problem in document.problems] == ["`class` needs a list, such as `[...]`"]
