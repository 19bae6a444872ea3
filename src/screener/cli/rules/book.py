"""`screener rules list`, `show`, `docs`, `schema` and `export`: what is in the rule book, and what is made of it."""

from __future__ import annotations

from importlib import import_module
from json import dumps
from pathlib import Path
from typing import Final

import click

from screener.cli.completion import entry_ids, named
from screener.cli.options import FILE, FOLDER, ChosenBook, format_option, rulebook_options, rules_option, tell, write
from screener.errors import RuleBookError, UsageError, did_you_mean

KINDS: Final = ("rules", "flags", "findings", "packs", "sources", "settings", "questions")
QUESTIONNAIRE: Final = "questionnaire"
SCHEMAS: Final = (
    "rulebook", "pack", "rules", "findings", "flags", "notes", "settings", "terms", "sources", "questionnaire", "units",
    "topics", "records", "reviews", "texts", "case", "report",
)  # fmt: skip


@click.command("list")
@click.argument("kind", type=click.Choice(KINDS), default="rules", metavar=f"[{'|'.join(KINDS)}]")
@rulebook_options
def list_parts(kind: str, rules: ChosenBook) -> None:
    """List the rules, or the flags, findings, packs, sources, settings or questions: one line each.

    Example: screener rules list flags --pack article
    """
    book = rules.book()
    entries = named(book) | {
        "packs": [(pack.id, f"{pack.title}, version {pack.version}") for pack in book.packs.values()],
        "settings": [(each.id, f"{each.value:g} {each.unit}") for each in book.settings.values()],
        "questions": [(question.field, question.ask) for question in book.questions.values()],
    }
    for name, text in entries[kind]:
        click.echo(f"{name}  {' '.join(text.split())}")


@click.command("show")
@click.argument("name", metavar="ID", shell_complete=entry_ids)
@rulebook_options
@format_option(
    "How the questionnaire is written; `paper` is HTML to print and to fill in by hand.",
    ["text", "markdown", "html", "paper"],
)
def show(name: str, rules: ChosenBook, form: str) -> None:
    """Show a rule, flag, finding, source or pack in words, or every question with its path (`questionnaire`).

    Example: screener rules show questionnaire
    """
    book = rules.book()
    if name == QUESTIONNAIRE and form == "paper":
        from screener.interview.paper import form as to_fill_in
        from screener.saying import speaking

        with speaking(book.subject.language):
            click.echo(to_fill_in(book), nl=False)
    elif name == QUESTIONNAIRE:
        from screener.interview.paper import questionnaire_page

        click.echo(import_module(f"screener.report.{form}").render(questionnaire_page(book)), nl=False)
    elif form != "text":
        raise UsageError("only `questionnaire` can be shown as a page; leave --format out")
    else:
        from screener.workbench.words import show

        click.echo(show(book, name))


@click.command("docs")
@click.argument("page", required=False)
@rulebook_options
@click.option("--write", "folder", type=FOLDER, help="Write all pages there.")
@click.option("--article", type=FILE, help="The article as text: warn when it has changed.")
def docs(page: str | None, rules: ChosenBook, folder: Path | None, article: Path | None) -> int:
    """Print a reference PAGE, write all of them, or compare the article's text with the one the rules rest on.

    Without arguments the names of the pages are listed. With --article, each statement whose sentence is no longer in
    the text is named, with the rules that cite it, and the exit code is 4. Only hashes of the sentences are stored.

    Example: screener rules docs propositions.md
    """
    from screener.workbench.docs import pages
    from screener.workbench.docs import write as write_pages

    book = rules.book()
    if article is not None:
        from screener.workbench.check.sentences import report

        lines = list(report(book, rules.folder, article))
        click.echo("\n".join(lines) or "every sentence that the rules rest on is still there")
        return RuleBookError.exit_code if lines else 0
    if folder is not None:
        tell(f"{len(write_pages(book, folder))} pages written to {folder}")
        return 0
    found = pages(book)
    if page is None:
        click.echo("\n".join(found))
    elif page in found:
        click.echo(found[page], nl=False)
    else:
        raise UsageError(f"there is no page `{page}`{did_you_mean(page, found)} (pages: {', '.join(found)})")
    return 0


@click.command("schema")
@click.argument("name", required=False, type=click.Choice(SCHEMAS), metavar="[NAME]")
@click.option("--write", "folder", type=FOLDER, help="Write every schema into this folder.")
@rules_option
def schema(name: str | None, folder: Path | None, rules: ChosenBook) -> None:
    """Print the JSON Schema called NAME, or write all of them with --write.

    There is one for each kind of rule file (rules, flags, sources, ...), one for a case and one for a report.

    Example: screener rules schema case
    """
    from screener.private import PUBLIC, save
    from screener.workbench.schema import schemas, written

    book = rules.book()
    found = schemas(book.fields, book.levels)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for each, content in found.items():
            save(folder / f"{each}.schema.json", written(content), PUBLIC)
        tell(f"{len(found)} schemas written to {folder}")
    elif name is not None:
        click.echo(written(found[name]), nl=False)
    else:
        click.echo("\n".join(found))


@click.command("export")
@format_option(
    "CQL is to be read, ELM (JSON) is to be run by a CQL engine, fhir is a Library with both; python is the typed "
    "class of a case.",
    ["cql", "elm", "fhir", "python"],
    default="cql",
)
@rulebook_options
@click.option("-o", "--output", type=FILE, help="Write to this file instead of standard output.")
def export(form: str, rules: ChosenBook, output: Path | None) -> None:
    """Write the rule book as an HL7 CQL library, readable (CQL) or executable (ELM), or its case as a Python class.

    Both come from the same condition trees; any CQL engine can run them. The answers are parameters. The FHIR Library
    says who has reviewed the rules and when, once each of them is.

    Example: screener rules export --format elm -o Screener.json
    """
    from screener.standards.cql import cql, knowledge
    from screener.standards.elm import library
    from screener.workbench.typed_intake import typed_intake

    book = rules.book()
    if form == "cql":
        text = cql(book)
    elif form in ("elm", "fhir"):
        text = dumps(library(book) if form == "elm" else knowledge(book), indent=1, ensure_ascii=False) + "\n"
    else:
        text = typed_intake(book)
    write(text, output)
