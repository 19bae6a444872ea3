"""`screener rules watch`: at each save, what is wrong and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.stopping import stoppable

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook
    from screener.workbench.trial import Trials


@click.command("watch")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--case", type=click.Path(path_type=Path, dir_okay=False), help="A case to screen at each save.")
@click.option(
    "--vignettes", type=click.Path(path_type=Path, file_okay=False), help="A folder of case files to try at each save."
)
def command(folder: Path, case: Path | None, vignettes: Path | None) -> int:
    """Watch the rule book in FOLDER; at each save print what is wrong, what CASE comes to, and which cases change.

    The cases are the vignettes (those of the folder that --vignettes names, or that are next to the book) and the
    rules' own cases. They are compared with the last save at which the book could be used. The case is a file as
    `screener screen` reads it, or one with a line for each answer, such as `fatigue: yes`. Ctrl+C ends it.

    Example: screener rules watch rules --case examples/vignettes/V06-potassium-tablets-not-working.json
    """
    from screener.errors import UsageError, echo

    if not (folder / "rulebook.yaml").is_file():
        raise UsageError(f"there is no rule book in {echo(str(folder))}: `rulebook.yaml` is missing")
    with stoppable() as end_if_asked:
        from screener.rulebook.locate import book_folders, rule_files
        from screener.workbench.edit.watch import changes
        from screener.workbench.trial import Trials

        def files() -> list[Path]:
            found = [path for each in book_folders(folder) for path in rule_files(each)]
            return found if case is None else [*found, case]

        watched, seen = changes(files), Seen(Trials(folder, vignettes), case)
        click.echo(f"watching {folder}; Ctrl+C ends", err=True)
        seen.look([])
        end_if_asked()
        for changed in watched:
            seen.look(changed)
            end_if_asked()
    return 0


class Seen:
    """The rule book as it was when it was last looked at."""

    def __init__(self, trials: Trials, case: Path | None) -> None:
        self.trials = trials
        self.case = case
        self.good: RuleBook | None = None

    def look(self, changed: list[Path]) -> None:
        """Print what the book comes to now."""
        from screener.errors import ScreenerError

        try:
            lines = list(self.lines(changed))
        except (ScreenerError, OSError) as error:  # a file that is just being replaced: the next look shows it
            lines = [str(error)]
        click.echo("\n".join(lines))

    def lines(self, changed: list[Path]) -> Iterator[str]:
        """The same as lines."""
        from screener.workbench.edit.case import typed_case
        from screener.workbench.edit.told import told, told_of_case

        if changed:
            yield f"\n{datetime.now():%H:%M:%S} saved: {', '.join(map(str, changed))}"
        trial = self.trials.tried({}, self.good)
        if changed and self.good is None:
            trial = replace(trial, compared=False)
        yield from told(trial, self.good)
        book = trial.book or self.good
        if self.case is not None and book is not None:
            if trial.book is None:
                yield "with the last book that could be used:"
            text = self.case.read_bytes().decode("utf-8", "replace")
            yield from told_of_case(str(self.case), typed_case(text, book, str(self.case)), book)
        self.good = book
