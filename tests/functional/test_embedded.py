"""screener inside another program: threads, interrupts, signal handlers, forks, copies, memory, wrong arguments."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from screener import Intake, Report, RuleBook, Screener, screen
from screener.engine.durable import session
from screener.errors import EngineFault, UsageError
from screener.memo import memo
from screener.rulebook.cache import cached_rulebook
from waiting import LONG

ROOT = Path(__file__).parent.parent.parent
EMERGENCY = Intake(age=40, chest_pain=True, heart_racing_now=True)
NOTHING = Intake(age=40)
TIRED = Intake(age=40, fatigue=True, diuretic=True, medicines=("omeprazole",))


def proof(cases: int, interrupts: int, runs: int) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "SCREENER_CASES": str(cases),
        "SCREENER_INTERRUPTS": str(interrupts),
        "SCREENER_RUNS": str(runs),
    }
    command = [sys.executable, "-m", "benchmarks", "embedded"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)


def test_every_report_is_that_of_its_own_case_and_memory_is_flat() -> None:
    done = proof(cases=100, interrupts=100, runs=1)
    assert (done.returncode, done.stdout.count("nothing wrong")) == (0, 5), done.stdout + done.stderr


@pytest.mark.nightly
def test_it_is_so_for_very_many() -> None:
    """Each of 8 threads has all cases. Twenty times as many, three times over, take an hour: see the benchmark."""
    done = proof(cases=1_000, interrupts=2_000, runs=1)
    assert (done.returncode, done.stdout.count("nothing wrong")) == (0, 5), done.stdout + done.stderr


class Counting:
    """durable-rules with its calls counted; `before` is called with the name of each, `after` too when it has run."""

    def __init__(self, before: Callable[[str], None], after: Callable[[str], None]) -> None:
        self.engine = ORIGINAL()
        self.before, self.after = before, after
        self.error = self.engine.error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self.engine, name)

        def call(*arguments: Any) -> Any:
            self.before(name)
            answer = real(*arguments)
            self.after(name)
            return answer

        return call


ORIGINAL = session.import_engine


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """What every rule set made from now on calls."""
    engine = Counting(lambda name: None, lambda name: None)
    monkeypatch.setattr(session, "import_engine", lambda: engine)
    return engine


class Timeout(Exception):
    """What a handler of SIGALRM may raise."""


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, Timeout])
@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_ends_an_inference_reaches_the_caller_and_nothing_reaches_the_next_case(
    kind: type[BaseException], when: str, book: RuleBook, watched: Counting
) -> None:
    own = replace(book)
    expected = screen(NOTHING, own)
    for number in range(1, 400):
        left = number

        def step(name: str) -> None:
            nonlocal left
            if name in ("create_ruleset", "delete_ruleset"):
                return  # called from C code, where no signal is delivered
            left -= 1
            if left == 0:
                raise kind

        setattr(watched, when, step)
        try:
            screen(EMERGENCY, own)
            ended = False
        except kind:
            ended = True
        setattr(watched, when, lambda name: None)
        if not ended:
            assert number > 20  # every call of a whole inference has been interrupted
            return
        assert screen(NOTHING, own) == expected
    raise AssertionError("the inference never came to its end")


def test_an_error_of_the_engine_fails_one_case_only(book: RuleBook, watched: Counting) -> None:
    own = replace(book)
    expected = screen(NOTHING, own)

    def fail(name: str) -> None:
        if name == "complete_and_start_action":
            raise watched.error("error code 303")

    watched.after = fail
    with pytest.raises(EngineFault, match="error code 303"):
        screen(EMERGENCY, own)
    watched.after = lambda name: None
    assert screen(NOTHING, own) == expected


def test_every_rule_set_is_freed(book: RuleBook, watched: Counting) -> None:
    made: list[str] = []
    watched.before = made.append
    for _ in range(3):
        screener = Screener(replace(book))
        for _ in range(2):
            Screener(screener.book).screen(TIRED)
        del screener
    made_of_one, left = divmod(made.count("create_ruleset"), 3)  # a long book is divided between rule sets
    assert made_of_one >= 1
    assert left == 0
    assert made.count("delete_ruleset") == made.count("create_ruleset")


def test_a_handler_may_screen_while_a_case_is_being_screened(book: RuleBook, watched: Counting) -> None:
    own = replace(book)
    expected = screen(EMERGENCY, own), screen(NOTHING, own)
    inside: list[Report] = []

    def handler(name: str) -> None:
        if name == "start_action_for_state":
            watched.after = lambda name: None
            inside.append(screen(NOTHING, own))

    watched.after = handler
    assert (screen(EMERGENCY, own), *inside) == expected


def screened(screener: Screener) -> str:
    return screener.screen(TIRED).to_json()


def test_a_used_screener_can_be_sent_to_another_process(screener: Screener) -> None:
    expected = screened(screener)
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(screened, (screener,)) == expected
    copies = pickle.loads(pickle.dumps(screener)), deepcopy(screener), copy(screener), Screener(copy(screener.book))
    for same in copies:
        assert screened(same) == expected


def test_a_fork_never_waits_for_a_value_that_another_thread_was_working_out() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        @memo
        def value(self) -> int:
            begun.set()
            if threading.current_thread() is not threading.main_thread():
                go_on.wait(LONG)
            return 1

    other = threading.Thread(target=lambda: Slow().value)
    other.start()
    assert begun.wait(LONG)
    child = os.fork()
    if child == 0:
        signal.alarm(LONG // 2)  # ends a child that hangs
        os._exit(Slow().value - 1)
    go_on.set()
    other.join()
    assert os.waitpid(child, 0)[1] == 0


WRONG: dict[str, tuple[Callable[[RuleBook], object], str]] = {
    "a case that is a dict": (lambda book: screen({"fatigue": True}), "a case is an Intake, not a dict; use Intake"),  # type: ignore[arg-type]
    "no case": (lambda book: Screener(book).screen(None), "a case is an Intake, not None"),  # type: ignore[arg-type]
    "a case in JSON": (lambda book: Screener(book).examine("{}"), "a case is an Intake, not text"),  # type: ignore[arg-type]
    "a pack that is text": (lambda book: screen(TIRED, book, packs="article"), 'such as ["article"], not `article`'),
    "packs that are bytes": (lambda book: book.select(b"article"), "packs are a list of names"),  # type: ignore[arg-type]
    "packs that are no list": (lambda book: book.select(7), "packs are a list of names"),  # type: ignore[arg-type]
    "a pack that is not a name": (lambda book: Screener(book, [1]), "packs are a list of names"),  # type: ignore[list-item]
    "a folder in text": (lambda book: RuleBook.load("rules"), "a pathlib.Path, not text"),  # type: ignore[arg-type]
    "a folder of another kind": (lambda book: RuleBook.load(3), "a pathlib.Path, not an int"),  # type: ignore[arg-type]
    "a cached folder in text": (lambda book: cached_rulebook("rules"), "a pathlib.Path, not text"),  # type: ignore[arg-type]
    "a book that is a path": (lambda book: screen(TIRED, Path("rules")), "a rule book is a RuleBook, not a PosixPath"),  # type: ignore[arg-type]
    "a book that is text": (lambda book: Screener("rules"), "a rule book is a RuleBook, not text"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", WRONG)
def test_an_argument_of_the_wrong_kind_is_said(what: str, book: RuleBook) -> None:
    call, message = WRONG[what]
    with pytest.raises(UsageError, match=re.escape(message)):
        call(book)
