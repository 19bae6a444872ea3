"""`screener class`: what a teacher takes into the room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.options import chosen_book, rulebook_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def lesson_names(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the name of a lesson."""
    from click.shell_completion import CompletionItem

    from screener.explain.kit.lesson import lessons

    return [CompletionItem(name) for name in lessons() if name.startswith(begun)]


@click.command("class")
@click.argument("lesson", metavar="LESSON", shell_complete=lesson_names)
@click.option(
    "--out", "out", required=True, metavar="FOLDER", type=click.Path(path_type=Path), help="Where the files go."
)
@rulebook_options
def command(lesson: str, packs: tuple[str, ...], rules_folder: Path | None, out: Path) -> None:
    """Write slides, a sheet for learners and the teacher's key for a LESSON.

    A lesson is the number or name of one that comes with the program (`L01`), or a `.md` file of your own with the
    same parts, next to its case (`.json`). Each file is one HTML page that needs nothing else. A lesson about one of
    the example books (`L00`) brings that book along; otherwise `--rules` names another than the program's own.

    Example: screener class L01 --out lesson
    """
    from screener.explain.kit.kit import make_kit
    from screener.explain.kit.lesson import read_lesson
    from screener.explain.kit.pages import key, sheet, slides
    from screener.private import PUBLIC, make_folder, save
    from screener.saying import speaking
    from screener.screening import Screener

    read = read_lesson(lesson)
    screener = Screener(chosen_book(rules_folder or read.book, packs))
    with speaking(screener.book.subject.language):
        kit = make_kit(read, screener)
        files = {"slides.html": slides(kit), "sheet.html": sheet(kit), "key.html": key(kit)}
    make_folder(out)
    for name, text in files.items():
        save(out / name, text, PUBLIC)
    click.echo(f"{read.title}: {', '.join(files)} written to {out}")
