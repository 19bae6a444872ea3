"""The command `screener`: finds the subcommand, and turns every error into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from screener.errors import ScreenerError, came_from, did_you_mean, reason
from screener.printable import guard_streams

# each command with the module in this folder, and the name in it, where it is found when it is used
COMMANDS: Final = {
    "screen": "screen:screen",
    "ask": "ask:ask",
    "explain": "explain:explain",
    "replay": "replay:replay",
    "batch": "batch:batch",
    "evaluate": "batch:evaluate",
    "class": "classroom:lesson",
    "mark": "classroom:mark",
    "rules": "main:rules",
    "fhir": "main:fhir",
    "codes": "main:codes",
    "serve": "serve:serve",
    "site": "serve:site",
    "new": "examples:new",
    "examples": "examples:examples",
    "completion": "completion:completion",
}
RULES: Final = {
    "list": "rules.book:list_parts",
    "show": "rules.book:show",
    "check": "rules.check:check",
    "test": "rules.check:test",
    "prove": "rules.check:prove",
    "coverage": "rules.check:coverage",
    "mutate": "rules.check:mutate",
    "diff": "rules.changes:diff",
    "log": "rules.changes:log",
    "watch": "rules.changes:watch",
    "docs": "rules.book:docs",
    "schema": "rules.book:schema",
    "export": "rules.book:export",
    "review": "rules.review:review",
}
FHIR: Final = {
    "import": "records:import_records",
    "questionnaire": "records:questionnaire",
    "export": "records:export",
}
CODES: Final = {"descendants": "records:descendants"}
HELP_WIDTH: Final = 100
INTERRUPTED: Final = 130


class LazyGroup(click.Group):
    """A group of commands that are imported when they are used: the command line starts faster.

    Args:
        places: where each command is.
    """

    def __init__(self, *arguments: Any, places: dict[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order they are shown."""
        return list(self.places)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, imported now."""
        if name not in self.places:
            return None
        module, attribute = self.places[name].split(":")
        command: click.Command = getattr(import_module(f"screener.cli.{module}"), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with the nearest name for a misspelt one."""
        if args and args[0] not in self.places and not args[0].startswith("-"):
            path = " ".join([*ctx.command_path.split()[1:], args[0]])
            raise click.UsageError(f"there is no command `{path}`{did_you_mean(args[0], self.places)}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from screener import __version__
        from screener.engine.durable.session import import_engine

        engine = "reference (durable-rules cannot be imported)"
        with suppress(ScreenerError):
            import_engine()
            engine = "durable"
        click.echo(f"screener {__version__}, rule book {_rulebook()}, engine {engine}")
        ctx.exit()


def _rulebook() -> str:
    """The version of the program's own rule book, and how many of its rules are reviewed."""
    from screener.rulebook.about import about_own_book

    try:
        return str(about_own_book())
    except ScreenerError:
        return "not well formed (`screener rules check` says why)"


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": HELP_WIDTH,
        "color": True,  # nothing here is coloured; what looks like a colour was in a text, and is shown, not dropped
    },
)
@click.option("--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Show versions.")
def main() -> None:
    """Educational screener: explained rules about magnesium and potassium, or about a subject of your own.

    It educates and never diagnoses. It does not replace a doctor, nurse or pharmacist. In an emergency call your local
    emergency number (911, 999, 112).
    """


@click.group("rules", cls=LazyGroup, places=RULES)
def rules() -> None:
    """Read, check, test and compare the rule book.

    Example: screener rules check rules
    """


@click.group("fhir", cls=LazyGroup, places=FHIR)
def fhir() -> None:
    """Read FHIR R4 records, and write the questionnaire and assessments as FHIR.

    Example: screener fhir import examples/fhir/potassium-stays-low.json --explain
    """


@click.group("codes", cls=LazyGroup, places=CODES)
def codes() -> None:
    """Make lists of codes that the reading of records takes.

    Example: screener codes descendants examples/codes/relationships.txt -o below.csv
    """


def run() -> NoReturn:
    """Run the command and exit with the code that belongs to the outcome; a person never sees a traceback."""
    sys.exit(_run())


def _run() -> int:
    guard_streams()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins takes longer than screening
    gc.freeze()
    gc.set_threshold(50_000)  # most objects of a command live until its end
    try:
        result = main.main(standalone_mode=False, prog_name="screener")
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _stopped()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ScreenerError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except (BrokenPipeError, SystemExit):  # click makes the second of the first
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # keep Python's exit quiet as well
        return 5
    except OSError as error:
        click.echo(f"input or output failed: {reason(error)}", err=True)
        return 5
    except Exception as error:
        if came_from(error, KeyboardInterrupt):  # Python wraps it in places, such as while it makes a class
            return _stopped()
        if os.environ.get("SCREENER_DEBUG"):
            raise
        message = f"a fault in screener itself ({type(error).__name__}); please report it, with SCREENER_DEBUG=1 set"
        click.echo(message, err=True)
        return 70


def _stopped() -> int:
    click.echo("stopped", err=True)
    return INTERRUPTED
