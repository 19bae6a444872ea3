"""The reading grade: syllables of known words, grades of known sentences, and what must always hold."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from screener.workbench.check.reading_level import grade, sentences, syllables, words

SYLLABLES = {
    1: "the be me one once make makes looked caused called while rules eyes tongue league queue quite passed heart "
    "breathe tired hours don't can't 911 14",
    2: "table tables little handled needed waited listed boxes changes dishes watches reaches lately careful useless "
    "nation region special patient million urgent rhythm spasm spasms doing trying layer create isn't didn't fatigue "
    "require kidney people sometimes diet quiet science fluid ruin long-term doctor's 2.5",
    3: "medicine pharmacist supplement calcium sodium serious various usual actual easier video museum creating area "
    "influence suicide audience radio continue everyone reappear BMI",
    4: "emergency diuretic palpitations irregular usually anxiety society variety diabetes diarrhoea information "
    "situation experience biology dialysis vegetable's January low-sodium eGFR cooperate continuous",
    5: "educational creativity abnormality refrigerator",
}
KNOWN = [(word, count) for count, text in SYLLABLES.items() for word in text.split()]

# 0.39 * words / sentences + 11.8 * syllables / words - 15.59, with words and syllables counted by hand
GRADES = [
    ("The cat sat on the mat.", 6 / 1, 6 / 6),
    ("Call for help now. Do not wait.", 7 / 2, 7 / 7),
    ("Do you get muscle cramps?", 5 / 1, 6 / 5),
    ("Too much potassium can stop the heart.", 7 / 1, 10 / 7),
    ("Palpitations can follow hypokalaemia.", 4 / 1, 13 / 4),
    ("Four score and seven years ago our fathers brought forth a new nation.", 13 / 1, 17 / 13),
]

plain_words = st.sampled_from([word for word, _ in KNOWN])
texts = st.lists(plain_words, min_size=1, max_size=30).map(" ".join)


@pytest.mark.parametrize(("word", "count"), KNOWN)
def test_syllables_of_known_words(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(("text", "words_a_sentence", "syllables_a_word"), GRADES)
def test_grade_of_known_sentences(text: str, words_a_sentence: float, syllables_a_word: float) -> None:
    assert grade(text) == pytest.approx(0.39 * words_a_sentence + 11.8 * syllables_a_word - 15.59, abs=0.01)


def test_a_hard_sentence_is_far_harder_than_a_plain_one() -> None:
    hard = "Concomitant administration of potassium-depleting diuretics necessitates periodic electrolyte evaluation."
    plain = "Water tablets can lower potassium. So your blood should be checked."
    assert grade(hard) > 15
    assert grade(plain) < 5


@pytest.mark.parametrize("word", ["potassium", "Magnesium", "POTASSIUM", "magnesium's", "potassium\u2019s"])
def test_what_a_book_is_about_counts_as_two(word: str) -> None:
    assert syllables(word, ["Magnesium and potassium"]) == 2
    assert syllables(word) == 4


def test_names_that_the_caller_passes_count_as_two() -> None:
    names = ["hydrochlorothiazide / triamterene", "Senna"]
    assert syllables("hydrochlorothiazide") > 2
    assert [syllables(word, names) for word in ("Hydrochlorothiazide", "triamterene", "senna")] == [2, 2, 2]
    text = "Do you take hydrochlorothiazide?"
    assert grade(text, names) == pytest.approx(0.39 * 4 + 11.8 * 5 / 4 - 15.59)
    assert grade(text, names) < grade(text)


def test_a_familiar_name_is_never_made_longer() -> None:
    assert syllables("ash", ["ash"]) == syllables("ash") == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("No full stop", 1),
        ("One. Two! Three?", 3),
        ("Potassium of 2.5 mmol/L is low.", 1),
        ("Ask (e.g. today). Then wait.", 2),
        ("Dr. Who waits. He is late.", 2),
        ('She said "Stop." He did.', 2),
        ("Really?! Yes...", 2),
        ("Unknown is never no. Ask again.", 2),
        ("A heading\n\nA sentence.", 2),
        ("", 1),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert sentences(text) == count


def test_words_keep_hyphens_apostrophes_and_decimals_together() -> None:
    assert words("Don't use low-sodium salt: 2.5 mmol/L (UK).") == [
        "Don't", "use", "low-sodium", "salt", "2.5", "mmol/L", "UK",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "   ", "...", "?! -"])
def test_a_text_without_words_has_grade_zero(text: str) -> None:
    assert grade(text) == 0.0


@given(st.text(max_size=200))
def test_any_text_has_a_finite_grade_and_every_word_a_syllable(text: str) -> None:
    assert -16 < grade(text) < 10_000
    assert all(syllables(word) >= 1 for word in words(text))
    assert sentences(text) >= 1


@given(texts)
def test_the_grade_is_the_published_formula(text: str) -> None:
    count = len(words(text))
    spoken = sum(syllables(word) for word in words(text))
    assert grade(text) == pytest.approx(0.39 * count / sentences(text) + 11.8 * spoken / count - 15.59)


@given(texts)
def test_saying_the_same_twice_in_two_sentences_is_no_harder(text: str) -> None:
    assert grade(f"{text}. {text}.") == pytest.approx(grade(f"{text}."))


@given(texts, texts)
def test_two_sentences_are_easier_than_one_that_joins_them(first: str, second: str) -> None:
    assert grade(f"{first}. {second}.") < grade(f"{first} {second}.")


@given(texts, plain_words)
def test_a_familiar_word_never_makes_a_text_harder(text: str, word: str) -> None:
    assert grade(text, [word]) <= grade(text)


@given(plain_words)
def test_case_does_not_change_a_word(word: str) -> None:
    assume(word.lower() == word)
    assert syllables(word.capitalize()) == syllables(word)
