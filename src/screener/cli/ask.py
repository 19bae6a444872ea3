"""`screener ask`: one question at a time, then the report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.main import INTERRUPTED
from screener.cli.options import ChosenBook, format_option, reading_options, rulebook_options, tell
from screener.errors import FileError, UsageError, echo
from screener.saying import say, speaking

if TYPE_CHECKING:
    from screener.interview.lines import Lines
    from screener.interview.relevance import Length
    from screener.interview.session import Session
    from screener.interview.terminal import Conversation
    from screener.report.views import Reading


@dataclass
class Keeper:
    """Where the answers are saved.

    Attributes:
        path: the file, or None while none was named.
        always: whether every answer is saved at once; otherwise only when `!` is typed.
        saved: the file that holds the answers so far, or None.
    """

    path: Path | None
    always: bool
    saved: Path | None = None

    def keep(self, session: Session) -> None:
        """Save after an answer, where that was asked for."""
        if self.always:
            self.save(session)

    def save(self, session: Session) -> None:
        """Save now."""
        from screener.case.files import write_case

        assert self.path is not None
        write_case(session.case(), self.path)
        self.saved = self.path

    def ask_and_save(self, session: Session, lines: Lines) -> None:
        """Save for `!`, asking for a file name as long as there is none that works.

        Raises:
            EOFError: the input ended.
        """
        from screener.interview.lines import BackAsked, SaveAsked, WhyAsked

        while True:
            try:
                if self.path is None:
                    self.path = new_file(lines.reply(say("Save in which file? (a name such as my-answers.json)")))
                self.save(session)
                return
            except (FileError, UsageError) as error:
                lines.say(f"{error}.")
            except (BackAsked, SaveAsked, WhyAsked):
                lines.say(say("Type a file name. To stop without saving, press Ctrl-C."))
            self.path = None

    def words(self) -> str:
        """What became of the answers, for someone who stops early."""
        if self.saved:
            return f"your answers so far are in {self.saved}"
        return f"nothing new was saved in {self.path}" if self.path and not self.always else "nothing was saved"


def typed_path(name: str) -> Path:
    """A path as a person types it, with `~` for a home; that of nobody on this machine is a name like others."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def new_file(name: str) -> Path:
    """A file to save in that does not exist yet.

    Raises:
        UsageError: it exists, or it is not a name.
    """
    if not name or name == "-":
        raise UsageError(f"{echo(name)} is not a file name")
    path = typed_path(name)
    if path.exists():
        raise UsageError(f"{echo(name)} exists; go on with it by `--resume`, or choose another name")
    return path


@click.command("ask")
@click.option("--save", metavar="FILE", help="Keep the answers in this file, after every answer.")
@click.option("--resume", metavar="FILE", help="Go on with the answers in this case file.")
@click.option(
    "--quick", is_flag=True, help="Fewer, longer lists; skip what could only give more reasons for what is settled."
)
@click.option("--fixed-order", "fixed", is_flag=True, help="Ask everything, in the same order for everyone.")
@rulebook_options
@format_option("How the report is written.")
@reading_options
def ask(
    save: str | None,
    resume: str | None,
    quick: bool,
    fixed: bool,
    rules: ChosenBook,
    form: str,
    reading: Reading | None,
    everything: bool,
) -> None:
    """Answer one question at a time, and get the report.

    "I don't know" is always an answer. Questions that can no longer matter are skipped. Everything but the report is
    written to standard error, and nothing is stored unless you ask for it. The saved file is a case file, readable
    only by you.

    Example: screener ask --save my-answers.json
    """
    from screener.case.files import read_answers
    from screener.interview.session import Interview

    if quick and fixed:
        raise UsageError("`--quick` and `--fixed-order` exclude each other; choose one")
    if resume == "-":
        raise UsageError("`--resume -` cannot be used: standard input is where the answers are typed; name a file")
    path = None if resume is None else typed_path(resume)
    if save is not None and typed_path(save) != path:
        path = new_file(save)
    keeper = Keeper(path, always=bool(save))
    length: Length = "quick" if quick else "fixed-order" if fixed else "default"
    book = rules.book()
    session = Interview(book, length).session(read_answers(resume, book.fields) if resume else {})
    with speaking(book.subject.language):
        finished = _interview(session, keeper)
    if finished is not None:
        saved = str(keeper.saved) if keeper.saved else ""
        _report(finished, form, reading or ("details" if everything else "brief"), everything, saved)


def _interview(session: Session, keeper: Keeper) -> Session | None:
    """The finished session; None when it was saved for later.

    Raises:
        FileError: the input ended too early.
        click.exceptions.Exit: Ctrl-C was pressed.
    """
    from screener.interview.lines import Lines, NotUnderstoodError, SaveAsked
    from screener.interview.terminal import Conversation

    lines = Lines()
    talk = Conversation(session, lines, keeper.keep)
    try:
        try:
            return talk.run()
        except SaveAsked:
            keeper.ask_and_save(talk.session, lines)
    except NotUnderstoodError:
        _part(talk)
        raise FileError(f"the input goes on with replies that are not answers; {keeper.words()}") from None
    except EOFError:
        _part(talk)
        raise FileError(f"the input ended before the questions did; {keeper.words()}") from None
    except KeyboardInterrupt:
        _part(talk)
        tell(f"stopped; {keeper.words()}")
        raise click.exceptions.Exit(INTERRUPTED) from None
    _part(talk)
    lines.say(say("Saved. Go on with: screener ask --resume {file}", file=keeper.saved))
    return None


def _part(talk: Conversation) -> None:
    """The safety net, for someone who leaves without a report."""
    talk.lines.say()
    talk.lines.say(talk.book.texts["safety-net"])


def _report(session: Session, form: str, reading: Reading, everything: bool, saved: str) -> None:
    from screener.report.views import View
    from screener.screening import Screener

    book = session.interview.book
    intake = session.intake()
    view = View(book, form, reading, saved)
    view.add(Screener(book).screen(intake, everything), intake)
    click.echo(view.finish(), nl=False)
