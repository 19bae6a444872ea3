"""What may be in the folder of a rule book, and in its files: nothing is passed over, cut off or shown by surprise."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here
from screener.errors import RuleBookError
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.rulebook.characters import TEXT_KEYS
from screener.rulebook.contents import ALLOWED, fingerprint, unread
from screener.rulebook.document import parse_document
from screener.rulebook.wording import ALWAYS_SAID, check_texts, fill, placeholders_of, unfilled
from screener.rulebook.wording import TEXTS as KEYS
from screener.saying import language_file

CASE = ROOT / "examples" / "vignettes" / "V01-diabetes-with-cramps-and-poor-sleep.json"
RED_FLAGS = "safety/rules/red-flags.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> RuleFolder:
    return RuleFolder.copy(tmp_path)


def unread_in(rules: RuleFolder) -> list[str]:
    return [str(problem) for problem in unread(rules.path, ["article", "evidence", "safety"], "rules")]


def problems_in(text: str, name: str = "notes.yaml") -> list[str]:
    return [str(problem) for problem in parse_document(text.encode(), name).problems]


def problems(rules: RuleFolder) -> list[str]:
    try:
        RuleBook.load(rules.path)
    except RuleBookError as error:
        return [str(problem) for problem in error.problems]
    return []


UNREAD: list[tuple[str, str]] = [
    ("safety/rules/extra.yml", "so call it `extra.yaml`"),
    ("safety/rules/Extra.YAML", "so call it `extra.yaml`"),
    ("safety/rules/red.yaml.txt", "only files whose names end in `.yaml` are read here"),
    ("safety/rules/more/x.yaml", "the folder is not read"),
    ("safety/flag.yaml", "did you mean `flags.yaml`?"),
    ("safety/Flags.yaml", "so call it `flags.yaml`"),
    ("safety/notes.yml", "so call it `notes.yaml`"),
    ("safety/sentences.csv", "the file is not read"),
    ("safety/extra/rules.yaml", "the folder is not read"),
    ("eviden/pack.yaml", "lists no pack `eviden`, did you mean `evidence`?"),
    ("vocabulary/medicine.csv", "did you mean `medicines.csv`?"),
    ("vocabulary/Codes.CSV", "the file is not read"),
    ("text.yaml", "did you mean `texts.yaml`?"),
    ("rulebook.yaml.bak", "the file is not read"),
    ("notes.txt", "the file is not read"),
    (".hidden.yaml", "the file is not read"),
    ("readme.md", "the file is not read"),
]


@pytest.mark.parametrize(("name", "says"), UNREAD)
def test_a_file_that_is_not_read_is_an_error_that_names_it(rules: RuleFolder, name: str, says: str) -> None:
    path = rules.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("rules: []\n", encoding="utf-8")
    (found,) = unread_in(rules)
    shown = found.split(": ")[0].removesuffix(":1:1")
    assert f"rules/{name}".startswith(shown), found
    assert len(shown) > len("rules/")
    assert says in found


def test_a_red_flag_file_with_another_ending_is_no_sound_rule_book(rules: RuleFolder) -> None:
    (rules.path / RED_FLAGS).rename((rules.path / RED_FLAGS).with_suffix(".yml"))
    (found,) = problems(rules)
    assert found.startswith("rules/safety/rules/red-flags.yml:1:1: the file is not read")


def test_a_pack_that_is_not_listed_is_named(rules: RuleFolder) -> None:
    rules.replace("rulebook.yaml", "[article, evidence, safety]", "[article, safety]")
    assert "rules/evidence: the folder is not read: `packs` in rulebook.yaml lists no pack `evidence`" in problems(
        rules
    )


def test_a_pack_that_is_listed_twice_is_an_error(rules: RuleFolder) -> None:
    rules.replace("rulebook.yaml", "[article, evidence, safety]", "[article, evidence, safety, article]")
    assert problems(rules) == ["rules/rulebook.yaml:5:36: pack `article` is listed twice"]


def elsewhere(rules: RuleFolder, name: str) -> Path:
    """A part of the rule book, moved to a place outside it."""
    moved = rules.path.parent / "moved"
    (rules.path / name).rename(moved)
    return moved


@pytest.mark.parametrize("name", ["evidence", "safety/rules", "vocabulary"])
def test_a_link_to_a_folder_is_not_followed(rules: RuleFolder, name: str) -> None:
    (rules.path / name).symlink_to(elsewhere(rules, name))
    assert unread_in(rules) == [f"rules/{name}: this is a link, so it is not read; it should be a folder"]


def test_a_link_to_a_file_is_read_and_counts_in_the_fingerprint(rules: RuleFolder) -> None:
    before = fingerprint(rules.path)
    moved = elsewhere(rules, RED_FLAGS)
    (rules.path / RED_FLAGS).symlink_to(moved)
    assert problems(rules) == []
    assert fingerprint(rules.path) == before
    moved.write_text(moved.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint(rules.path) != before


@pytest.mark.parametrize("name", ["evidence/notes.yaml", "safety/settings.yaml", "texts.yaml", RED_FLAGS])
@pytest.mark.parametrize("kind", ["folder", "broken link", *(["pipe"] if hasattr(os, "mkfifo") else [])])
def test_what_should_be_a_file_and_is_none_is_an_error(rules: RuleFolder, name: str, kind: str) -> None:
    path = rules.path / name
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "broken link":
        path.symlink_to("nowhere")
    else:
        os.mkfifo(path)
    (found,) = unread_in(rules)
    assert found.startswith(f"rules/{name}: this is ")


def test_what_tools_leave_may_be_at_any_depth(rules: RuleFolder) -> None:
    before = fingerprint(rules.path)
    for folder in ("", "safety", "safety/rules", "vocabulary"):
        for name in ("README.md", ".gitignore", ".red-flags.yaml.swp", "red-flags.yaml~", ".DS_Store", "._x.yaml"):
            (rules.path / folder / name).write_bytes(b"\xff\x00 not YAML")
        (rules.path / folder / ".#red-flags.yaml").symlink_to("nobody@nowhere")
        (rules.path / folder / ".vscode").mkdir()
        (rules.path / folder / ".vscode" / "rules.yaml").write_text("rules: 1", encoding="utf-8")
    assert problems(rules) == []
    assert fingerprint(rules.path) == before


def test_what_is_allowed_is_documented() -> None:
    documented = (ROOT / "docs" / "rule-format.md").read_text(encoding="utf-8")
    assert [name for name in ALLOWED if f"`{name}`" not in documented] == []


# texts that are cut off


CUT = [
    "because: Tired, which is #1 on the list",
    "because: Tired # since it is on the list",
    "because: Tired #1",
    "strength: strong # by three trials",
    "concludes: diet-note #2",
    "statement: Tired # of it all",
    "hint: Often # every day",
    "hides_because: Hidden # by another",
    "brief: Soon # or today",
]


@pytest.mark.parametrize("line", CUT)
def test_a_text_that_goes_on_after_an_unquoted_sign_is_an_error(line: str) -> None:
    (found,) = problems_in(f"rules:\n  - id: article-x\n    {line}\n    when: {{a: 1}}\n")
    assert found.startswith(f"notes.yaml:3:{line.index('#') + 5}: the text ends here, and `#")


@pytest.mark.parametrize(
    "text",
    [
        "Tired, which is\n      #1 on the list",
        "Tired, which is\n      #1 on the\n      list",
        "Tired, which\n      is #1 on the\n      list",
        "Tired, which\n      is #1 on the list",
        "[Tired, which is #1, on the list]",
        "[Tired, which is\n      on, the list #1\n      and]",
    ],
)
def test_a_text_of_several_lines_that_is_cut_off_is_an_error_where_it_ends(text: str) -> None:
    lines = f"rules:\n  - id: x\n    because: {text}\n    sources: [A1]\n".split("\n")
    number, line = next((number, line) for number, line in enumerate(lines, start=1) if "#1" in line)
    (found,) = problems_in("\n".join(lines))
    assert found.startswith(f"notes.yaml:{number}:{line.index('#1') + 1}: the text ends here, and `#1")


@pytest.mark.parametrize("name", ["texts.yaml", "questionnaire.yaml", "safety/flags.yaml", "article/sources.yaml"])
def test_every_file_is_looked_at(rules: RuleFolder, name: str) -> None:
    lines = (rules.path / name).read_text(encoding="utf-8").split("\n")
    key = "footer" if name == "texts.yaml" else "ask" if name == "questionnaire.yaml" else "title"
    number = next(n for n, line in enumerate(lines) if line.lstrip(" -{").split(":")[0] == key or f" {key}: " in line)
    before, _, after = lines[number].partition(f"{key}: ")
    lines[number] = f"{before}{key}: One #2{'}' if after.endswith('}') else ''}"
    (rules.path / name).write_text("\n".join(lines), encoding="utf-8")
    where = f"rules/{name}:{number + 1}:{len(before) + len(key) + 7}: the text ends here"
    assert any(found.startswith(where) for found in problems(rules)), problems(rules)


def test_comments_are_welcome_where_nothing_is_lost(rules: RuleFolder) -> None:
    rules.replace(
        RED_FLAGS,
        "    when: {chest_pain: yes}\n",
        "    when: {chest_pain: yes}  # asked first\n    # on a line of its own\n    strength: ''  # not rated\n"
        '    disagreement: "nobody says #2"  # here the sign is in quotes\n    redundant: >-  # a block\n'
        "      it is #1 on the list\n",
    )
    rules.replace("safety/flags.yaml", "    urgency: none\n", "    urgency: none  # by itself\n")
    assert problems(rules) == []


def test_the_keys_of_texts_are_those_of_the_rule_files() -> None:
    from screener.rulebook import files

    levels = files.UrgencyEntry.model_fields
    assert files.ENTRY_KEYS | set(files.PackFile.model_fields) | set(levels) >= TEXT_KEYS


@pytest.mark.parametrize(
    ("name", "key", "more"),
    [
        ("evidence/flags.yaml", "urgency: soon", 4), ("evidence/flags.yaml", "urgency: soon", 2),
        ("safety/rules/potassium-raising.yaml", "sources: [", 2), ("questionnaire.yaml", "why: ", 4),
    ],
)  # fmt: skip
def test_a_key_does_not_become_the_end_of_a_text(name: str, key: str, more: int, rules: RuleFolder) -> None:
    lines = (rules.path / name).read_text(encoding="utf-8").split("\n")
    number = next(at for at, line in enumerate(lines) if line.startswith(f"    {key}") and lines[at - 1][:6] == " " * 6)
    lines[number] = " " * more + lines[number]
    (rules.path / name).write_text("\n".join(lines), encoding="utf-8")
    where = f"rules/{name}:{number + 1}:{5 + more}: `{key.partition(' ')[0]}` is inside the text above it"
    assert any(found.startswith(where) for found in problems(rules)), problems(rules)


# characters


@pytest.mark.parametrize(
    ("char", "says"),
    [
        ("\t", "there is a tab here; write spaces"),
        ("\x07", "(U+0007, a control character)"),
        ("\x1b", "(U+001B, a control character)"),
        ("\x85", "(U+0085, a control character)"),
        ("\u202e", "(U+202E, right-to-left override)"),
        ("\u2066", "(U+2066, left-to-right isolate)"),
        ("\u200f", "(U+200F, right-to-left mark)"),
        ("\u200b", "(U+200B, zero width space)"),
        ("\u2028", "(U+2028, line separator)"),
        ("\ufeff", "(U+FEFF, zero width no-break space)"),
        ("\U000e0041", "(U+E0041, tag latin capital letter a)"),
    ],
)
def test_a_character_that_nobody_sees_is_refused_at_its_place(char: str, says: str) -> None:
    (found,) = problems_in(f"title: One\r\nexplanation: >-\r\n  two{char}three\r\n")
    assert found.startswith("notes.yaml:3:6: there is a ")
    assert says in found


@pytest.mark.parametrize(
    ("name", "old"),
    [(RED_FLAGS, "Chest pain can"), ("vocabulary/medicines.csv", "Microzide"), ("vocabulary/codes.csv", "Cardiac arr")],
)
def test_a_character_that_nobody_sees_is_refused_in_every_file(rules: RuleFolder, name: str, old: str) -> None:
    path = rules.path / name
    before, _, after = path.read_text(encoding="utf-8").partition(old)
    path.write_text(f"{before}{old[:3]}\u202e{old[3:]}{after}", encoding="utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n") + 3
    assert problems(rules)[0].startswith(f"rules/{name}:{line}:{column}: there is a character here that cannot be seen")


def test_a_tab_that_indents_is_named_as_a_tab() -> None:
    assert problems_in("a:\n\tb: c\n") == ["notes.yaml:2:1: there is a tab here; write spaces"]


@pytest.mark.parametrize("escape", [r"\u202e", r"\t", r"\x1b", r"\e", r"\N"])
def test_a_character_written_as_an_escape_is_refused_too(escape: str) -> None:
    (found,) = problems_in(f'a:\n  b: "No {escape} urgent"\n')
    assert found.startswith("notes.yaml:2:6: there is a ")


def test_letters_of_every_script_are_welcome() -> None:
    assert problems_in("a: Żaden naïve 低钾 नहीं नही\u200cं 👩\u200d⚕️ سلام\n") == []


def test_windows_line_ends_are_welcome(rules: RuleFolder) -> None:
    for path in rules.path.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert problems(rules) == []


# placeholders


TEXTS = (ROOT / "rules" / "texts.yaml").read_text(encoding="utf-8")
LONG_TEXTS = TEXTS.partition("\n# The default page")[0]


def test_the_texts_as_they_are_have_no_problem() -> None:
    assert text_problems(TEXTS) == []


@pytest.mark.parametrize("name", ["blood_test_days", "0", "egfr.real", "age"])
def test_a_note_names_only_answers_that_call_for_it(name: str, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.replace("safety/notes.yaml", "{blood_test_days_ago} old", f"{{{name}}} old")
    with pytest.raises(RuleBookError) as caught:
        RuleBook.load(rules.path)
    (problem,) = caught.value.problems
    assert problem.line in (line, line - 1)  # where the text begins
    assert f"`{{{name}}}` is not a placeholder of `text`, which is filled with the answers that its" in problem.message
    assert ("did you mean `blood_test_days_ago`?" in problem.message) is (name == "blood_test_days")


def text_problems(text: str) -> list[str]:
    document = parse_document(text.encode(), "texts.yaml")
    check_texts(document)
    return [str(problem) for problem in document.problems]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{count}", "{number}", "`{number}` is not a placeholder of `unknowns`, which is filled with `{count}`"),
        ("{count}", "{cuont}", "did you mean `count`?"),
        ("{count}", "{0}", "`{0}` is not a placeholder"),
        ("{count}", "{}", "`{}` is not a placeholder"),
        ("{count}", "{count.real}", "`{count.real}` is not a placeholder"),
        ("{count}", "{count[0]}", "`{count[0]}` is not a placeholder"),
        ("{count}", "{count!r}", "`{count!r}` is not a placeholder"),
        ("{count}", "{count:d}", "`{count:d}` is not a placeholder"),
        ("{count}", "{count} {", "a single `{` cannot be used"),
        ("{count}", "}{count}", "a single `}` cannot be used"),
        ("{count}", "{{count}}", "a single `{` cannot be used"),
        ("{urgency}", "{urgency} {count}", "`{count}` is not a placeholder of `urgent-unanswered`"),
        ("{typed} is not in our list", "This is not in our list", "`medicine-part-only` has no `{typed}`"),
        (
            "Education only.",
            "Education {only}.",
            "`{only}` is not a placeholder of `footer`, which is filled with nothing",
        ),
        ("footer: Educ", "Footer: Educ", "nothing shows a text `Footer`, did you mean `footer`?"),
        ("footer: Educ", "footer: ''\nfooters: Educ", "nothing shows a text `footers`"),
        ("footer: Educ", "footers: Educ", "nothing shows a text `footers`, did you mean `footer`?"),
    ],
)
def test_a_placeholder_is_checked(old: str, new: str, says: str) -> None:
    assert LONG_TEXTS.count(old) == 1
    changed = LONG_TEXTS.replace(old, new)
    before = changed[: changed.index(new)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = text_problems(changed)
    assert any(says in each for each in found), found
    if "is not a placeholder" in says and new.startswith("{") and " " not in new:
        assert any(each.startswith(f"texts.yaml:{line}:{column}: {says[:3]}") for each in found), found


def test_a_wrong_placeholder_stops_the_command_at_its_place_before_any_case(rules: RuleFolder) -> None:
    line = rules.replace("texts.yaml", "this page: {count}", "this page: {number}")
    done = screener_here(
        "screen",
        "--rules",
        str(rules.path),
        str(CASE),
    )
    assert done.code == 4
    assert f"rules/texts.yaml:{line}:47: `{{number}}` is not a placeholder of `unknowns`" in done.err


def test_every_text_that_is_filled_is_documented_with_what_it_is_filled_with() -> None:
    page = (ROOT / "docs" / "rule-format.md").read_text(encoding="utf-8")
    table = page.partition("| text | placeholder |")[2].partition("\n\n")[0]
    documented: dict[str, tuple[str, ...]] = {}
    key = ""
    for row in table.splitlines()[2:]:
        text, names = row.split("|")[1:3]
        key = text.strip(" `") or key
        documented[key] = (*documented.get(key, ()), *re.findall(r"`\{(\w+)\}`", names))
    assert documented == {key: placeholders_of(key) for key in KEYS if placeholders_of(key)}
    assert set(language_file("en").texts) == set(KEYS)


def test_a_text_is_filled_without_a_format() -> None:
    assert fill("{a} {b.c} {0} {a!r} { }", a="{b}") == "{b} {b.c} {0} {a!r} { }"


# the hashes of the article's sentences


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("source,sha256", "source;sha256", 1, "unknown column `source;sha256`"),
        ("source,sha256", "source,sha", 1, "unknown column `sha`"),
        ("A01,e", "A01;e", 2, "the row has more or fewer cells than the header"),
        ("A01,e", "A01,g", 2, "is no SHA-256, which has 64 digits from 0 to f"),
    ],
)
def test_a_wrong_table_of_hashes_is_an_error(old: str, new: str, line: int, says: str, rules: RuleFolder) -> None:
    rules.replace("article/sentences.csv", old, new)
    with pytest.raises(RuleBookError) as caught:
        RuleBook.load(rules.path)
    assert {(problem.file, problem.line) for problem in caught.value.problems} == {
        ("rules/article/sentences.csv", line)
    }
    assert any(says in problem.message for problem in caught.value.problems)


# what is missing


def test_an_unknown_kind_is_reported_where_it_belongs_with_the_other_errors(rules: RuleFolder) -> None:
    rules.replace("questionnaire.yaml", "- field: licorice", "- field: licorice\n    kind: maybe")
    rules.replace("texts.yaml", "footer: Educ", "foot: Educ")
    rules.append("article/notes.yaml", "nots: []\n")
    found = problems(rules)
    files = {each.split(":")[0] for each in found}
    assert files == {"rules/questionnaire.yaml", "rules/texts.yaml", "rules/article/notes.yaml"}


def test_a_missing_file_is_one_error(rules: RuleFolder) -> None:
    (rules.path / "questionnaire.yaml").unlink()
    (found,) = problems(rules)
    assert found.startswith("rules/questionnaire.yaml: the file is missing")


# the program's own words


def test_the_shipped_book_words_every_text_itself() -> None:
    own = parse_document(TEXTS.encode(), "texts.yaml").data
    assert set(KEYS) - set(own) == {"title-no-levels", "urgency-no-levels"}


def test_a_text_that_is_left_out_has_the_usual_words(rules: RuleFolder) -> None:
    lines = TEXTS.splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("footer: "))
    (rules.path / "texts.yaml").write_text(kept, encoding="utf-8")
    assert cached_rulebook(rules.path).texts["footer"].startswith("For learning only.")


@pytest.mark.parametrize("key", ALWAYS_SAID)
def test_what_is_always_said_cannot_be_emptied(key: str) -> None:
    assert text_problems(f"{key}: ''\n") == [
        f"texts.yaml:1:1: `{key}` is always said: word it, or leave the key out for the usual words"
    ]


def test_another_text_can_be_left_out_on_purpose() -> None:
    assert text_problems("supplements: ''\n") == []


def test_texts_of_older_books_are_accepted() -> None:
    assert text_problems("missed-doses: Ask.\nearly-weeks: Wait.\n") == []


def test_a_text_without_its_placeholder_is_a_warning() -> None:
    assert [key for key, _ in unfilled({"unknowns": "Some are open.", "footer": "x"})] == ["unknowns"]


def test_no_question_at_all_is_one_error(rules: RuleFolder) -> None:
    (rules.path / "questionnaire.yaml").write_text("screens: []\nquestions: []\n", encoding="utf-8")
    (found,) = problems(rules)
    assert found == "rules/questionnaire.yaml:2:1: `questions` is empty"


def test_a_wrong_text_is_said_beside_a_wrong_condition(rules: RuleFolder) -> None:
    text = rules.replace("texts.yaml", "footer: Educ", "foot: Educ")
    line = rules.replace(RED_FLAGS, "when: {fainted: yes}", "when: {feinted: yes}")
    assert {each.split(": ")[0] for each in problems(rules)} >= {
        f"rules/{RED_FLAGS}:{line}:12",
        f"rules/texts.yaml:{text}:1",
    }


# one process, an edited folder


def test_an_edited_folder_is_seen_within_one_process(rules: RuleFolder) -> None:
    first = cached_rulebook(rules.path)
    assert cached_rulebook(rules.path) is first
    rules.replace("texts.yaml", "title-none: No urgent", "title-none: Nothing urgent")
    assert cached_rulebook(rules.path).texts["title-none"].startswith("Nothing urgent")
    rules.replace("texts.yaml", "title-none: Nothing urgent", "title-none: No urgentx")
    same_size = cached_rulebook(rules.path)
    rules.replace("texts.yaml", "title-none: No urgentx", "title-none: No urgenty")
    assert cached_rulebook(rules.path).texts["title-none"].startswith("No urgenty")
    assert same_size.texts["title-none"].startswith("No urgentx")
    rules.replace("texts.yaml", "title-none: No urgenty", "title-nine: No urgenty")
    with pytest.raises(RuleBookError):
        cached_rulebook(rules.path)
    rules.replace("texts.yaml", "title-nine: No urgenty", "title-none: No urgent")
    assert cached_rulebook(rules.path).sha256 == first.sha256


@pytest.mark.parametrize("name", ["safety/rules/extra.yml", "more/", "safety/rules/more/"])
def test_what_is_not_read_is_seen_beside_a_kept_book(rules: RuleFolder, name: str) -> None:
    book = cached_rulebook(rules.path)
    new = rules.path / name
    if name.endswith("/"):
        new.mkdir()
    else:
        new.write_text("rules: []\n", encoding="utf-8")
    with pytest.raises(RuleBookError, match=name.rstrip("/")):
        cached_rulebook(rules.path)
    done = screener_here("screen", "--rules", str(rules.path), str(CASE))
    assert done.code == 4
    assert name.rstrip("/") in done.err
    new.rmdir() if name.endswith("/") else new.unlink()
    assert cached_rulebook(rules.path).sha256 == book.sha256
