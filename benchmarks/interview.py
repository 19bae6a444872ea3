"""How many screens the three lengths show, what they settle, and how long the next question takes to find.

python -m benchmarks interview        (SCREENER_CASES people; 10,000 when it is not set)
"""

from __future__ import annotations

import gc
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any, Final

from screener.case.answers import YesNo
from screener.case.intake import Intake
from screener.interview.relevance import LENGTHS
from screener.interview.session import Interview, Session
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY

FIELDS = Intake.fields

ROOT = Path(__file__).parent.parent
PEOPLE: Final = int(os.environ.get("SCREENER_CASES", "10000"))
SEED: Final = 20_240

# How often people say yes. No survey is behind these: they are rough, and say "mostly no".
RARE, SOME, MANY = 0.01, 0.06, 0.25
COMMON: Final = (
    "fatigue", "poor_diet", "anxiety", "poor_sleep", "irritability", "high_blood_pressure", "other_medicine",
)  # fmt: skip
UNCOMMON: Final = (
    "chest_pain", "fainted", "breathless", "heart_racing_now", "seizure", "confused", "cannot_stand", "muscle_spasm",
    "dialysis", "inherited_salt_loss", "told_low_magnesium", "pregnant",
)  # fmt: skip
OFTEN: Final = {
    **dict.fromkeys(COMMON, MANY),
    **dict.fromkeys(UNCOMMON, RARE),
    "potassium_still_low": 0.4,
    "cannot_keep_fluids_down": 0.1,
    "potassium_doses_missed": 0.3,
}
DONT_KNOW: Final = 0.03
LAB_KNOWN: Final = 0.1
USUAL: Final = {"potassium": (4.2, 0.5), "magnesium": (0.85, 0.08), "calcium": (2.4, 0.1), "egfr": (85.0, 20.0)}


class People:
    """Made-up people with realistic answers: mostly no, some symptoms, few results, a few medicines."""

    def __init__(self, book: RuleBook, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = [entry.generic for entry in book.medicines.entries]

    def one(self) -> dict[str, Any]:
        """The answers of one person to every question; None where they do not know."""
        pick = self.random
        person: dict[str, Any] = {name: self.yes_no(name) for name, kind in FIELDS.items() if isinstance(kind, YesNo)}
        person["age"] = pick.choice([None, *[pick.randint(18, 90)] * 50, pick.randint(12, 17)])
        person["sex"] = pick.choice(["female", "male"] * 20 + ["not said"])
        months = [None, 1, 6, 24, 60]
        some = pick.sample(self.names, pick.choice([0, 0, 0, 1, 1, 2, 3, 5]))
        person["medicines"] = [{"name": name, "months": pick.choice(months)} for name in some]
        for name, (mean, spread) in USUAL.items():
            kind: Any = FIELDS[name]
            value = min(max(pick.gauss(mean, spread), kind.low), getattr(kind, "bare_high", kind.high), kind.high)
            person[name] = round(value, 2) if pick.random() < LAB_KNOWN else None
        person |= {"little_food_days": pick.choice([0] * 30 + [3, 7]), "bmi": pick.choice([None, 19.0, 24.0, 31.0])}
        person |= {"ckd_stage": pick.choice([None, 2, 3, 4]), "diuretic_months": 12, "potassium_prescribed_weeks": 8}
        return {**person, "vomiting_days": pick.choice([1, 2, 8]), "diarrhea_days": pick.choice([1, 2, 8])}

    def yes_no(self, name: str) -> bool | None:
        if self.random.random() < DONT_KNOW:
            return None
        return self.random.random() < OFTEN.get(name, SOME)


def vignettes() -> list[dict[str, Any]]:
    found = [json.loads(path.read_text()) for path in sorted((ROOT / "examples" / "vignettes").glob("*.json"))]
    return [case for case in found if case["case_id"] != "V33"]  # the one that is there to be refused


class Sitting:
    """Lets people sit interviews of one length, and counts screens, prompts of the terminal and the keys pressed."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.empty = interview.session()
        self.screens: list[int] = []
        self.prompts: list[int] = []
        self.keys: list[int] = []
        self.estimates: list[int] = []
        self.parts: list[int] = []
        self.times: list[float] = []
        self.settled: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()

    def sit(self, person: Mapping[str, Any]) -> Session:
        session, section = self.empty, ""
        shown: list[str] = []
        prompts = keys = 0
        listed: set[str] = set()
        parts: set[str] = set()
        layout = self.interview.layout
        first = session.next()
        self.estimates.append(first.parts if first else 1)
        while True:
            start = thread_time()
            step = session.next()
            if step is None:
                break
            parts.add(layout.parts[step.question.field])
            if section and step.question.section != section:
                self.part(session, section)
            section = step.question.section
            shown.append(layout.screen(step.question.field))
            if step.group and step.group.id not in listed:
                listed.add(step.group.id)
                session, typed = tick(session, step.together, person)
            else:
                value = person.get(step.question.field)
                session, typed = session.answer(step.question.field, value), keys_of(value)
            self.times.append(thread_time() - start)
            prompts, keys = prompts + 1, keys + typed
        self.part(session, section)
        self.screens.append(len(dict.fromkeys(shown)))
        self.parts.append(len(parts) + 1)  # the page on which the answers are checked
        self.prompts.append(prompts)
        self.keys.append(keys + 1)  # Enter on the last page
        return session

    def part(self, session: Session, section: str) -> None:
        """Count the flags that are settled when a part is over."""
        values = session.outcome.values
        flags = session.interview.book.flags
        self.reached[section] += len(flags)
        self.settled[section] += sum(values[name] is not None for name in flags)

    def summary(self) -> str:
        counts = {"parts": self.parts, "screens": self.screens, "prompts": self.prompts, "keys": self.keys}
        return "; ".join(f"{name}: {spread(found)}" for name, found in counts.items())

    def estimated(self) -> float:
        """The share of people for whom the first number of parts that is shown was within 15 % of the truth."""
        pairs = zip(self.estimates, self.parts, strict=True)
        return sum(abs(guess - true) <= 0.15 * true for guess, true in pairs) / len(self.parts)


def tick(session: Session, fields: Sequence[str], person: Mapping[str, Any]) -> tuple[Session, int]:
    """The session after a list, and the keys pressed: numbers, `?` when some are not known, Enter."""
    true = [name for name in fields if person.get(name) not in (None, False)]
    yes_no = [name for name in fields if isinstance(FIELDS[name], YesNo)]
    unknown = [name for name in yes_no if person.get(name) is None]
    numbers = [str(fields.index(name) + 1) for name in true]
    numbers += [f"{fields.index(name) + 1}?" for name in unknown]
    typed = len(" ".join(numbers) or "0") + 1
    return session.answer_all(unknown, None).tick([name for name in fields if name not in unknown], true), typed


def keys_of(value: Any) -> int:
    """The keys pressed for one answer, Enter included."""
    if isinstance(value, list):
        named = [entry if isinstance(entry, dict) else {"name": entry} for entry in value]
        return sum(len(one["name"]) + len(str(one.get("months") or "")) + 2 for one in named) + (1 if value else 2)
    return 2 if value is None or isinstance(value, bool) else len(str(value)) + 1


def consistent(person: dict[str, Any], interview: Interview) -> dict[str, Any]:
    """The same person with the answers that follow from others: a man is not pregnant."""
    session = interview.session(person)
    following = {name: list(v) if (v := one.answers[name]) == () else v for name, one in session.following.items()}
    left_out = session.residue.known.left_out
    return {**person, **following, **{name: False if isinstance(FIELDS[name], YesNo) else None for name in left_out}}


def spread(counts: list[int]) -> str:
    ordered = sorted(counts)
    return f"median {median(ordered):.0f}, 95th percentile {ordered[int(len(ordered) * 0.95)]}, worst {ordered[-1]}"


def lengths(book: RuleBook, title: str, people: Callable[[], Iterable[Mapping[str, Any]]]) -> dict[str, Sitting]:
    """Everyone through every length."""
    print(f"\nscreens, {title}")
    found: dict[str, Sitting] = {length: Sitting(Interview(book, length)) for length in LENGTHS}
    for person in people():
        for sitting in found.values():
            sitting.sit(person)
    for length, sitting in found.items():
        print(f"  {length:<12} {sitting.summary()}")
    fixed, quick = found["fixed-order"], found["quick"]
    default = found["default"]
    print(f"  quick has {1 - sum(quick.prompts) / sum(fixed.prompts):.1%} fewer prompts than the fixed order,")
    print(f"  {median(quick.prompts) / median(default.prompts):.0%} of the median of the default;")
    for length, sitting in found.items():
        print(f"  {length:<12} the first number of parts is within 15 % of the truth for {sitting.estimated():.1%}")
    return found


def parts(sitting: Sitting) -> None:
    """The share of flags settled after each part, over those who were asked in it."""
    print(f"\nflags settled after each part ({sitting.interview.length})")
    for section in dict.fromkeys(question.section for question in sitting.interview.book.questions.values()):
        if sitting.reached[section]:
            print(f"  {section:<26} {sitting.settled[section] / sitting.reached[section]:6.1%}")


def in_the_way(book: RuleBook, people: Iterable[Mapping[str, Any]]) -> None:
    """For each question of the quick form, whether one conclusion alone keeps it, and which ones do so most often."""
    alone: Counter[str] = Counter()
    asked = keepers = 0
    interview = Interview(book, "quick")
    empty = interview.session()
    for person in people:
        session = empty
        while (step := session.next()) is not None:
            field, residue = step.question.field, session.residue
            open_rules = [book.rule[name] for name, read in residue.reads.items() if field in read]
            waiting = {rule.concludes for rule in open_rules if residue.values[rule.concludes] is None}
            asked, keepers = asked + 1, keepers + len(waiting)
            if len(waiting) == 1:
                alone.update(waiting)
            session = session.answer(field, person.get(field))
    print("\nwhat prevents a shorter quick form")
    print(f"  {keepers / asked:.1f} open conclusions read the question that is asked, on average;")
    print(f"  for {alone.total() / asked:.1%} of the questions it is one alone, most often:")
    for name, count in alone.most_common(8):
        print(f"    {name.removeprefix(URGENCY) if name in book.flags else name:<32} {count / asked:6.1%}")


def without(book: RuleBook, people: list[dict[str, Any]], what: str, names: set[str]) -> None:
    """How short the quick form would be if some flags did not have to be settled."""
    lighter = replace(book, rules=tuple(rule for rule in book.rules if rule.concludes not in names))
    whole, less = Sitting(Interview(book, "quick")), Sitting(Interview(lighter, "quick"))
    for person in people:
        whole.sit(person)
        less.sit(person)
    saved = (sum(whole.prompts) - sum(less.prompts)) / len(people)
    print(f"  without {what}: {saved:.1f} prompts fewer on average")


def healthy(book: RuleBook) -> None:
    """What a healthy man of 40 is asked."""
    person: dict[str, Any] = {name: False for name, kind in book.fields.items() if isinstance(kind, YesNo)}
    for length in LENGTHS:
        sitting = Sitting(Interview(book, length))
        sitting.sit({**person, "age": 40, "sex": "male", "medicines": []})
        screens, prompts, keys = sitting.screens[0], sitting.prompts[0], sitting.keys[0]
        print(f"a healthy man of 40, {length}: {screens} screens, {prompts} prompts, {keys} keys")


def main() -> None:
    """Print everything."""
    book = RuleBook.load()
    lengths(book, "the vignettes", vignettes)
    made = People(book, SEED)
    default = Interview(book)
    people = [consistent(made.one(), default) for _ in range(PEOPLE)]
    healthy(book)
    gc.freeze()  # the made-up people are no part of an interview: the collector's time for them is not counted
    found = lengths(book, f"{PEOPLE:,} people with realistic answers", lambda: people)
    parts(found["default"])
    in_the_way(book, people[: PEOPLE // 20])
    for name in ("nothing-matched", "overlapping-symptoms"):
        without(book, people[: PEOPLE // 20], f"`{name}`", {name})
    calm = {flag.id for flag in book.flags.values() if flag.urgency == "none"}
    without(book, people[: PEOPLE // 20], "all flags that have no urgency of their own", calm - {"adults-only"})
    print("\nan answer taken and the next question found, in milliseconds of processor time")
    for length, sitting in found.items():
        times = sorted(1000 * time for time in sitting.times)
        middle, high = median(times), times[int(len(times) * 0.999)]
        print(f"  {length:<12} median {middle:.2f}, 99.9th percentile {high:.2f}, worst {times[-1]:.1f}")


if __name__ == "__main__":
    main()
