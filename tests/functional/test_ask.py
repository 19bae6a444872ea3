"""`screener ask`: whole interviews in a pseudo-terminal and in a pipe, the keys, saving, every way to stop early."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from interviews import Reader, lines_for
from screener.case.answers import YesNo
from screener.case.files import read_answers, read_case
from screener.case.intake import Intake
from screener.cli.main import main
from screener.errors import FileError, ScreenerError
from screener.interview.session import Interview
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from shippedbook import BOOK
from terminals import PROMPT, Terminal
from vignettes import SCREENED, Vignette

FIELDS = Intake.fields

IN_TERMINAL = SCREENED[::3]
URGENT = "chest_pain fainted breathless heart_racing_now seizure confused cannot_stand muscle_spasm"
NO_SIGNS = dict.fromkeys(URGENT.split(), False)


@pytest.fixture(scope="module")
def interview(book: RuleBook) -> Interview:
    return Interview(book)


def ask(*words: str, typed: str | bytes = "") -> Result:
    """Run `screener ask` in this process, with these lines piped in."""
    return CliRunner().invoke(main, ["ask", *words], input=typed, standalone_mode=False)


def lines(*words: str) -> str:
    return "".join(f"{word}\n" for word in words)


def summary(report: dict[str, Any]) -> dict[str, Any]:
    """Flags with statuses and reasons, and the urgency with its reasons."""
    flags = {
        flag["id"]: (flag["status"], sorted(one["rule"] for one in flag.get("because", []))) for flag in report["flags"]
    }
    return {**flags, "urgency": report["urgency"], "because": [one["rule"] for one in report["urgency_because"]]}


def expected(vignette: Vignette, screener: Screener) -> dict[str, Any]:
    return summary(screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict())


# in a terminal


@pytest.fixture
def open_terminal() -> Iterator[Callable[..., Terminal]]:
    """Runs the program in a pseudo-terminal; it has ended when the test has."""
    opened: list[Terminal] = []

    def run(*words: str, **options: Any) -> Terminal:
        opened.append(Terminal(*words, **options))
        return opened[-1]

    yield run
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize("vignette", IN_TERMINAL, ids=lambda vignette: vignette.id)
def test_whole_interview_in_a_terminal(
    vignette: Vignette, screener: Screener, open_terminal: Callable[..., Terminal]
) -> None:
    person = json.loads(vignette.case.read_text())
    terminal = open_terminal("--format", "json")
    reader = Reader(screener.book, person)
    while (screen := terminal.screen()).endswith(PROMPT):
        terminal.type(reader.reply(screen) + "\n")
    report = json.loads(terminal.finish())
    assert terminal.program.returncode == 0
    assert summary(report) == expected(vignette, screener)
    assert "\x1b" not in terminal.transcript


def test_enough_vignettes_are_sat_in_a_terminal() -> None:
    assert len(IN_TERMINAL) >= 10


IN_PIPE = [(vignette, []) for vignette in SCREENED]
IN_PIPE += [(vignette, ["--quick"]) for vignette in SCREENED[1::4]]
IN_PIPE += [(vignette, ["--fixed-order"]) for vignette in SCREENED[2::4]]


@pytest.mark.parametrize(
    ("vignette", "options"), IN_PIPE, ids=lambda value: value.id if isinstance(value, Vignette) else "".join(value)
)
def test_whole_interview_in_a_pipe(vignette: Vignette, options: list[str], screener: Screener) -> None:
    person = json.loads(vignette.case.read_text())
    length = options[0].removeprefix("--") if options else "default"
    typed = lines(*lines_for(Interview(screener.book, length), person))  # type: ignore[arg-type]
    result = ask("--format", "json", *options, typed=typed)
    report, wanted = summary(json.loads(result.stdout)), expected(vignette, screener)
    if options == ["--quick"]:
        report, wanted = ({name: entry[0] for name, entry in one.items() if entry} for one in (report, wanted))
    assert report == wanted


def test_ctrl_c_says_that_nothing_was_saved(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal()
    terminal.screen()
    terminal.type("none\n")
    terminal.screen()
    terminal.type("\x03")
    terminal.screen()
    assert terminal.finish() == ""
    assert terminal.program.returncode == 130
    assert "stopped; nothing was saved" in terminal.transcript
    assert "Traceback" not in terminal.transcript


def test_ctrl_c_says_where_the_answers_are(tmp_path: Path, open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal("--save", "mine.json", folder=tmp_path)
    terminal.screen()
    terminal.type("none\n")
    terminal.screen()
    terminal.type("51\n")
    terminal.screen()
    os.killpg(terminal.program.pid, signal.SIGINT)
    terminal.screen()
    terminal.finish()
    assert terminal.program.returncode == 130
    assert "your answers so far are in mine.json" in terminal.transcript
    assert read_answers(str(tmp_path / "mine.json"), Intake.fields) == {"age": 51, **NO_SIGNS}


def test_end_of_input_in_a_terminal(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal()
    terminal.screen()
    terminal.type("\x04")
    terminal.screen()
    terminal.finish()
    assert terminal.program.returncode == FileError.exit_code
    assert "the input ended before the questions did; nothing was saved" in terminal.transcript


# cut off


@pytest.mark.parametrize("each", [4, pytest.param(1, marks=pytest.mark.nightly)], ids=["some", "every"])
def test_cut_off_after_a_line(each: int, interview: Interview, tmp_path: Path) -> None:
    person = {
        **NO_SIGNS, "muscle_spasm": True, "age": 51, "diuretic": True, "kidney_disease": False, "potassium": 2.9,
        "medicines": [{"name": "furosemide", "months": 8}, "no such thing"], "vomiting": True, "vomiting_days": 8,
    }  # fmt: skip
    typed = lines_for(interview, person)
    last = len(typed) - 1
    for count in [*range(0, last, each), last]:
        file = tmp_path / f"{count}.json"
        result = ask("--save", str(file), typed=lines(*typed[:count]))
        if count == last:
            assert "The input ended here. Your page is made from these answers." in result.stderr
            assert result.exception is None
            continue
        assert isinstance(result.exception, FileError)
        kept = f"your answers so far are in {file}" if file.exists() else "nothing was saved"
        assert str(result.exception) == f"the input ended before the questions did; {kept}"
        assert result.stdout == ""
        assert "If you feel unwell" in result.stderr
        if file.exists():
            answers = read_answers(str(file), Intake.fields)
            rest = lines_for_rest(interview, answers, person)
            again = ask("--resume", str(file), "--format", "json", typed=lines(*rest))
            assert json.loads(again.stdout)["urgency"] == "same-day"
    assert file.exists()


def lines_for_rest(interview: Interview, answers: dict[str, Any], person: dict[str, Any]) -> list[str]:
    class Resumed:
        def session(self) -> Any:
            return interview.session(answers)

    return lines_for(Resumed(), person)  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", [b"", b"non", b"\xff\xfe\n", b"\x00\n", b"none\n4", "naïve\n".encode("latin-1")])
def test_cut_off_within_a_line(cut: bytes) -> None:
    result = ask(typed=cut)
    assert isinstance(result.exception, FileError)
    assert "the input ended" in str(result.exception)


# the keys


def keyed(*words: str, start: dict[str, Any] | None = None, tmp_path: Path, options: tuple[str, ...] = ()) -> Result:
    """An interview that starts after some answers."""
    file = tmp_path / "start.json"
    file.write_text(json.dumps({**NO_SIGNS, "age": 40, "sex": "male", **(start or {})}))
    return ask("--resume", str(file), *options, typed=lines(*words))


FELT = dict.fromkeys([name for name, one in BOOK.questions.items() if one.screen == "how-you-feel"], False)
TESTS = dict.fromkeys(
    ["told_low_potassium", "potassium_prescribed", "potassium_supplement", "magnesium_measured"], False
)
BEFORE_MEDICINES = {**FELT, **TESTS, "potassium": None, "calcium": None, "egfr": None}


def test_a_question_mark_says_why_in_a_sentence_and_two_what_the_rules_make_of_it(tmp_path: Path) -> None:
    result = keyed("d", "?", "??", tmp_path=tmp_path, start=BEFORE_MEDICINES)
    said = Reader.plain(result.stderr)
    assert said.count("Water tablets can change both minerals.") == 2
    assert said.count('If yes: this comes up: "Things linked with both minerals"; this can no longer') == 1


def test_a_question_mark_at_a_list_explains_its_statements(tmp_path: Path) -> None:
    result = keyed("?", "??", tmp_path=tmp_path, start=BEFORE_MEDICINES)
    said = Reader.plain(result.stderr)
    assert "water tablet: It makes you pass more urine." in said
    assert said.count("If yes: this comes up:") == 2


def test_back_changes_an_earlier_answer_without_losing_later_ones(tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    typed = ["d", "n", "y", "<", "<", "1 2", "!"]
    result = keyed(*typed, options=("--save", str(file)), tmp_path=tmp_path, start=BEFORE_MEDICINES)
    assert result.exception is None, result.stderr
    assert "Your answer: none of these. Enter keeps it." in result.stderr
    answers = read_answers(str(file), Intake.fields)
    assert (answers["fatigue"], answers["muscle_weakness"]) == (True, True)
    assert (answers["diuretic"], answers["other_medicine"]) == (False, True)


def test_enter_keeps_the_answer_that_was_gone_back_to(tmp_path: Path) -> None:
    result = keyed("2", "<", "", "0", "!", tmp_path=tmp_path)
    assert result.exception is None, result.stderr
    answers = read_answers(str(tmp_path / "start.json"), Intake.fields)
    assert (answers["muscle_weakness"], answers["fatigue"], answers["told_low_potassium"]) == (True, False, False)


def test_back_at_the_first_question_says_so() -> None:
    result = ask(typed=lines("<"))
    assert "This is the first question." in result.stderr


def test_a_followup_that_no_longer_applies_is_set_aside_and_comes_back(interview: Interview) -> None:
    session = interview.session({"vomiting": True, "vomiting_days": 9})
    changed = session.answer("vomiting", False)
    assert changed.set_aside == ("vomiting_days",)
    assert changed.case() == {"vomiting": False}
    assert changed.answer("vomiting", True).case() == {"vomiting": True, "vomiting_days": 9}


def test_save_and_go_on(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    result = ask("--save", str(file), typed=lines("none", "d", "male", "!"))
    assert result.exception is None
    assert f"Saved. Go on with: screener ask --resume {file}" in Reader.plain(result.stderr)
    assert result.stdout == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_answers(str(file), Intake.fields) == {**NO_SIGNS, "age": None, "sex": "male"}
    Screener().screen(read_case(str(file), Intake.fields))
    again = ask("--resume", str(file), typed=lines("!"))
    assert "How have you felt in the last month?" in again.stderr
    assert "How old are you?" not in again.stderr


def test_save_asks_for_a_name_and_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.json").write_text("{}")
    result = ask(typed=lines("none", "!", "", "other.json", "no/such/folder.json", "~nobody-here/a.json", "mine.json"))
    assert result.exception is None
    assert "`other.json` exists" in result.stderr
    assert "`no/such/folder.json` cannot be written" in Reader.plain(result.stderr)
    assert "`~nobody-here/a.json` cannot be written" in Reader.plain(result.stderr)
    assert (tmp_path / "other.json").read_text() == "{}"
    assert read_answers("mine.json", Intake.fields) == NO_SIGNS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.json", "other.json"]


def test_names_typed_before_save_are_kept(tmp_path: Path) -> None:
    result = keyed("2", "furosemide", "12", "!", tmp_path=tmp_path, start=BEFORE_MEDICINES)
    assert result.exception is None
    assert read_answers(str(tmp_path / "start.json"), Intake.fields)["medicines"] == [
        {"name": "furosemide", "months": 12.0}
    ]


# single answers


def answered(field: str, *words: str, tmp_path: Path) -> tuple[Any, str]:
    """Type at one question, with all others answered no, then save: the answer in the file and what was said."""
    others = {name: False if isinstance(kind, YesNo) else None for name, kind in FIELDS.items() if name != field}
    others |= {"other_medicine": True, "magnesium_measured": True}  # so that nothing follows from them
    file = tmp_path / "start.json"
    file.write_text(json.dumps(others))
    result = ask("--resume", str(file), typed=lines(*words, "!"))
    assert result.exception is None, result.stderr
    return read_answers(str(file), Intake.fields).get(field, "not asked"), Reader.plain(result.stderr)


LABS = [
    ("potassium", ["3.2 mmol/L"], "3.2 mmol/L", ""),
    ("potassium", ["4.2", "2"], "4.2 mEq/L", "4.2 in which unit? 1 for mmol/L, 2 for mEq/L, 3 for mg/dL"),
    ("potassium", ["4.2", "mg", "MEQ/L"], "4.2 MEQ/L", "`mg` is none of the units here"),
    ("potassium", ["4.2", "d"], None, "Without its unit the number could mean different things"),
    ("potassium", ["3.1"], "3.1 mmol/L", "Read as 3.1 mmol/L."),  # too little in mg/dL, the same in mEq/L
    ("potassium", ["41 mmol/L", "4.1 mmol/L"], "4.1 mmol/L", "is out of range; use a number from 1 to 10 mmol/L"),
    ("potassium", ["3,2", "d"], None, "`3,2` is not a number with a unit"),
    ("potassium", ["3.2 g", "d"], None, "`g` is not a unit of potassium here"),
    ("magnesium", ["1.6", "2"], "1.6 mg/dL", "1 for mmol/L, 2 for mg/dL, 3 for mEq/L"),
    ("egfr", [">60"], ">60", ""),
    ("egfr", ["45"], 45.0, ""),
    ("age", ["150", "-3", "4.5", "forty", "", "40"], 40, "`150` is out of range"),
    ("age", ["d"], None, ""),
    ("age", ["70 years"], 70, ""),
]


@pytest.mark.parametrize(("field", "words", "kept", "said"), LABS, ids=lambda value: str(value)[:20])
def test_numbers(field: str, words: list[str], kept: Any, said: str, tmp_path: Path) -> None:
    value, heard = answered(field, *words, tmp_path=tmp_path)
    if isinstance(kept, str) and isinstance(value, str):
        value, kept = value.lower(), kept.lower()
    assert value == kept
    assert said in heard


def test_wrong_replies_are_told_what_is_allowed(tmp_path: Path) -> None:
    value, heard = answered("diuretic", "perhaps", "", "Y", "6", tmp_path=tmp_path)
    assert value is True
    assert "`perhaps` is not an answer here; type y for yes, n for no or d for I don't know" in heard
    assert "please type something: y, n or d" in heard


def test_medicines_one_by_one(tmp_path: Path) -> None:
    words = ["", "furosemide", "x", "12", "zzz", "", "omeprazole", "<", "<", "ramipril", "d", "none"]
    value, heard = answered("medicines", *words, tmp_path=tmp_path)
    assert value == [{"name": "furosemide", "months": 12}, "ramipril"]
    assert "Type a name, none if you take no medicine" in heard
    assert "`zzz` is not in our list, so no rule can use it." in heard
    assert "`x` is not right here; use a number from 0 to 720 months" in heard
    assert "Taken away: zzz" in heard


OFFERED = [
    # the person says which of the close names is meant, and only then it is used
    (["furosimide", "1", "", ""], ["furosemide"], "We do not know this name: furosimide"),
    (["Lasik", "2", "", ""], ["Losec"], "2 Losec (omeprazole): a heartburn tablet"),
    (["prednisilone", "", "", ""], ["prednisilone"], "2 prednisone: a steroid"),
    (["furosimide", "7", "1", "", ""], ["furosemide"], "`7` is not one of these"),
    (["furosimide, omeprazole", "1", "", ""], ["furosemide, omeprazole"], "1 furosemide: a strong water tablet"),
    (["furosimide", "bumetanide", "", ""], ["bumetanide"], "another name, or Enter"),
    (["furosimide", "<", "ramipril", "", ""], ["ramipril"], ""),
    (["Urex", "2", "", ""], ["furosemide"], "Urex is methenamine in US, but furosemide in Australia."),
    (["Norvasc Plus", "", ""], ["Norvasc Plus"], "a word after a name often means a second medicine"),
    (["prednisolone drops", "1", "", ""], ["prednisolone eye drops"], "Are these drops for the eye"),
    (["omeprazole (stopped)", "", ""], ["omeprazole (stopped)"], "omeprazole: not counted (you wrote: stopped)"),
    (["apixaban", "", ""], ["apixaban"], "apixaban: known, and nothing about it is in this tool"),
    (["ramipril", "", "n/a", ""], ["ramipril"], "`n/a` is not a medicine"),
]


@pytest.mark.parametrize(("words", "kept", "said"), OFFERED, ids=lambda value: str(value)[:20])
def test_names_that_only_a_person_can_settle(words: list[str], kept: list[str], said: str, tmp_path: Path) -> None:
    value, heard = answered("medicines", *words, tmp_path=tmp_path)
    assert value == kept
    assert said in heard


def test_a_lay_name_leads_to_its_question_and_says_what_it_says(tmp_path: Path) -> None:
    value, heard = answered("medicines", "water tablet", "1", "", "", tmp_path=tmp_path)
    assert value == ["furosemide"]
    value, heard = answered("medicines", "water tablet", "", "", "", tmp_path=tmp_path)
    assert value == ["water tablet"]
    assert "Do you know the name on the packet?" in heard


def test_a_list_is_ticked_at_once_and_never_asked_again(tmp_path: Path) -> None:
    result = ask("--save", "mine.json", typed=lines("9", "", "maybe", "fit", "1 2", "go", "!"))
    said = Reader.plain(result.stderr)
    assert "the numbers of this list are 1 to 8" in said
    assert "please type the numbers of all that are true" in said
    assert "`maybe` is not on this list" in said
    assert said.count("Is any of these true now?") == 1
    assert said.count("GET HELP NOW") == 1
    answers = read_answers("mine.json", Intake.fields)
    assert answers == {**NO_SIGNS, "seizure": True}


LISTS = [
    ("1 3", ["told_low_potassium", "potassium_supplement"], []),
    ("1,3", ["told_low_potassium", "potassium_supplement"], []),
    ("1 and 3", ["told_low_potassium", "potassium_supplement"], []),
    ("prescribed potassium, 4", ["potassium_prescribed", "magnesium_measured"], []),
    ("0", [], []),
    ("N", [], []),
    ("None of these", [], []),
    ("1 ?", ["told_low_potassium"], ["potassium_prescribed", "potassium_supplement", "magnesium_measured"]),
    ("1 4?", ["told_low_potassium"], ["magnesium_measured"]),
    ("2? 4?", [], ["potassium_prescribed", "magnesium_measured"]),
    ("d", [], ["told_low_potassium", "potassium_prescribed", "potassium_supplement", "magnesium_measured"]),
]


@pytest.mark.parametrize(("reply", "true", "unsure"), LISTS, ids=[reply for reply, _, _ in LISTS])
def test_what_is_not_ticked_is_no_unless_the_person_is_not_sure(
    reply: str, true: list[str], unsure: list[str], tmp_path: Path
) -> None:
    one_by_one = [] if re.search("[0-9][?]", reply) else ["d"] * len(unsure)
    result = keyed(reply, *one_by_one, "!", tmp_path=tmp_path, start=FELT)
    assert result.exception is None, result.stderr
    answers = read_answers(str(tmp_path / "start.json"), Intake.fields)
    expected = {name: True if name in true else None if name in unsure else False for name in TESTS}
    assert {name: answers[name] for name in TESTS} == expected
    assert result.stderr.count("Your blood tests and potassium. Which are true?") == 1


def test_a_number_that_is_ticked_is_asked_for_and_one_that_is_not_is_not_reported(tmp_path: Path) -> None:
    result = keyed("5", "3.1", "!", tmp_path=tmp_path, start=FELT)
    answers = read_answers(str(tmp_path / "start.json"), Intake.fields)
    assert "What was your last potassium result?" in result.stderr
    assert (answers["potassium"], answers["calcium"]) == ("3.1 mmol/L", None)


def test_what_follows_from_answers_is_not_asked_but_shown_and_can_be_changed(interview: Interview) -> None:
    typed = all_no(interview)
    result = ask("--save", "mine.json", "--format", "json", typed=lines(*typed))
    said = Reader.plain(result.stderr)
    assert "Which medicines do you take?" not in said
    assert "magnesium result?" not in said
    shown = re.search(r"([0-9]+) medicines: none \(taken from your answers on ([^)]*)\)", said)
    assert shown
    assert shown[2] == (
        "prescribed potassium, water tablet, other medicine on most days and laxatives more than twice a week"
    )
    answers = read_answers("mine.json", Intake.fields)
    assert (answers["medicines"], answers["told_low_magnesium"], answers["magnesium"]) == ([], False, None)
    changed = ask("--resume", "mine.json", "--format", "json", typed=lines(shown[1], "omeprazole", "", "", ""))
    assert "medicines: omeprazole" in Reader.plain(changed.stderr)


def test_what_no_longer_follows_is_asked(interview: Interview) -> None:
    session = interview.session({**NO_SIGNS, **TESTS, "diuretic": False, "other_medicine": False})
    implied = session.answer("frequent_laxatives", False)
    assert implied.case()["medicines"] == []
    assert set(implied.implied) == {"medicines", "told_low_magnesium", "magnesium"}
    later = implied.answer("other_medicine", True)
    assert "medicines" not in later.case()
    assert "medicines" in later.open
    said = implied.answer("medicines", ["omeprazole"]).answer("other_medicine", True)
    assert said.case()["medicines"] == ["omeprazole"]


def test_replies_without_end_that_are_no_answers_end_with_a_message() -> None:
    result = ask(typed=lines(*["y"] * 1000))
    assert isinstance(result.exception, FileError)
    assert str(result.exception) == "the input goes on with replies that are not answers; nothing was saved"


# what is said at once


def test_an_urgent_sign_stops_at_once_and_the_report_follows() -> None:
    result = ask("--format", "json", typed=lines("1", "what", ""))
    assert result.exception is None
    assert "GET HELP NOW" in result.stderr
    assert json.loads(result.stdout)["urgency"] == "emergency"


def test_every_urgent_yes_is_answered() -> None:
    result = ask(typed=lines("d", "y", "go", "y", "go", "n", "n", "n", "n", "n", "n", "40"))
    assert result.stderr.count("GET HELP NOW") == 2


def test_under_18_stops_with_the_text_for_adults_only() -> None:
    result = ask(typed=lines("none", "17", "stop"))
    assert "THIS TOOL IS FOR ADULTS" in result.stderr
    assert "This tool is for adults" in result.stdout


def test_under_18_urgency_still_works() -> None:
    result = ask(typed=lines("none", "9", "go"))
    assert "[How you feel]" in result.stderr


# check your answers


def all_no(interview: Interview, **answers: Any) -> list[str]:
    person: dict[str, Any] = dict.fromkeys(interview.book.questions, False)
    return lines_for(interview, {**person, "age": 40, "sex": "male", "medicines": [], "little_food_days": 0,
                                 "bmi": None, "potassium": None, "magnesium": None, "calcium": None, "egfr": None,
                                 "blood_test_days_ago": None, **answers})  # fmt: skip


def test_check_your_answers_shows_every_answer_and_changes_any(interview: Interview) -> None:
    typed = all_no(interview, magnesium_measured=True, magnesium="1.9 mg/dL")
    result = ask("--format", "json", typed=lines(*typed[:-1], "?", "99", "all", "9", "41", ""))
    said = Reader.plain(result.stderr)
    assert "Check your answers" in said
    assert "9 age: 40" in said
    assert "9 age: 41" in said
    assert re.search("No, or not ticked: .* [0-9]+ potassium result;", said)
    assert "magnesium result: 1.9 mg/dL (read as 0.7817)" in said
    assert "time on the water tablet" not in said
    assert "days since the blood test" in said.split("Not asked:")[-1]
    assert json.loads(result.stdout)["urgency"] == "none"


def test_somebody_healthy_presses_few_keys_and_reads_few_words(interview: Interview) -> None:
    typed = ["0" if line == "none" else line for line in all_no(interview, little_food_days=None)]
    result = ask(typed=lines(*typed))
    assert result.exit_code == 0
    assert sum(len(line) + 1 for line in typed) <= 30
    assert len(result.stderr.split()) <= 900


def test_the_last_page_shows_each_no_when_asked(interview: Interview) -> None:
    result = ask(typed=lines(*all_no(interview, constipation=None)[:-1], "all", ""))
    short, whole = Reader.plain(result.stderr).split("Check your answers")[1:]
    assert "No, or not ticked: all others. Type all to see each answer." in short
    assert "fainted in the last day" not in short
    assert "2 fainted in the last day" in whole
    assert re.search("Not given: [0-9]+ constipation", short)  # what is not known is never no
    assert "Type all" not in whole


def test_what_is_left_is_said_for_each_length(book: RuleBook) -> None:
    for length, words in (
        ("default", "no other question can change what comes up or why"),
        ("quick", "nothing left can change this"),
        ("fixed-order", "That was the last question"),
    ):
        options = [f"--{length}"] if length != "default" else []
        typed = all_no(Interview(book, length), vomiting_days=None)  # type: ignore[arg-type]
        result = ask(*options, typed=lines(*typed))
        assert words in result.stderr
        assert "not medical advice" in Reader.plain(result.stdout)


# the call


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_the_report_has_every_form_and_stands_alone_on_standard_output(form: str, interview: Interview) -> None:
    result = ask("--format", form, typed=lines(*all_no(interview)))
    assert "not medical advice" in Reader.plain(result.stdout)
    assert PROMPT not in result.stdout
    assert "not medical advice" in Reader.plain(result.stderr)


WRONG: list[tuple[list[str], Callable[[Path], None], int, str]] = [
    (["--quick", "--fixed-order"], lambda _: None, 2, "exclude each other"),
    (["--save", "there.json"], lambda folder: (folder / "there.json").touch(), 2, "`there.json` exists"),
    (["--save", ""], lambda _: None, 2, "is not a file name"),
    (["--resume", "~nobody-here/a.json"], lambda _: None, 5, "`~nobody-here/a.json` cannot be read"),
    (["--resume", "-"], lambda _: None, 2, "standard input is where the answers are typed"),
    (["--resume", "missing.json"], lambda _: None, 5, "cannot be read"),
    (["--resume", "bad.json"], lambda f: _write(f, '{"age": 400}'), 3, "age: `400` is out of range"),
    (["--resume", "bad.json"], lambda f: _write(f, "[1]"), 3, "a case is an object"),
    (["--pack", "nothing"], lambda _: None, 2, "there is no pack `nothing`"),
]


def _write(folder: Path, text: str) -> None:
    (folder / "bad.json").write_text(text)


@pytest.mark.parametrize(("options", "prepare", "code", "message"), WRONG, ids=[wrong[3] for wrong in WRONG])
def test_wrong_calls(
    options: list[str], prepare: Any, code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    result = ask(*options)
    assert isinstance(result.exception, ScreenerError)
    assert result.exception.exit_code == code
    assert message in str(result.exception)


def test_a_file_that_can_not_be_written_stops_with_a_message(tmp_path: Path) -> None:
    result = ask("--save", str(tmp_path / "missing" / "mine.json"), typed=lines("none"))
    assert isinstance(result.exception, FileError)


def test_one_pack_asks_less(interview: Interview, book: RuleBook) -> None:
    article = Interview(book.select(["article"]))
    typed = all_no(article)
    assert len(typed) <= len(all_no(interview))
    result = ask("--pack", "article", "--format", "json", typed=lines(*typed))
    assert json.loads(result.stdout)["rulebook"]["packs"] == ["article", "safety"]


def test_help_has_an_example() -> None:
    result = CliRunner().invoke(main, ["ask", "--help"])
    assert "Example: screener ask" in result.stdout


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


def test_a_saved_file_is_a_case_file(tmp_path: Path) -> None:
    ask("--save", "mine.json", typed=lines("none", "40"))
    assert isinstance(read_case("mine.json", Intake.fields), Intake)
