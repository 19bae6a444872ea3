"""The command `screener`: finds the subcommand, and turns every error into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import Final, NoReturn

import click

from screener.cli.lazy import LazyGroup
from screener.errors import ScreenerError
from screener.printable import guard_streams

# each command with the module it lives in; imported only when it is used
COMMANDS: Final = {
    "screen": "screener.cli.screen",
    "ask": "screener.cli.ask",
    "explain": "screener.cli.explain",
    "replay": "screener.cli.replay",
    "batch": "screener.cli.batch",
    "evaluate": "screener.cli.evaluate",
    "class": "screener.cli.classroom",
    "mark": "screener.cli.mark",
    "rules": "screener.cli.rules.group",
    "fhir": "screener.cli.fhir.group",
    "codes": "screener.cli.codes.group",
    "serve": "screener.cli.serve",
    "site": "screener.cli.site",
    "new": "screener.cli.new",
    "examples": "screener.cli.examples",
    "completion": "screener.cli.completion",
}
HELP_WIDTH: Final = 100
INTERRUPTED: Final = 130


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from screener import __version__
        from screener.engine.durable.session import is_usable

        engine = "durable" if is_usable() else "reference (durable-rules cannot be imported)"
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
    modules=COMMANDS,
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
    except click.Abort:
        click.echo("stopped", err=True)
        return INTERRUPTED
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        return INTERRUPTED
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
        click.echo(f"input or output failed: {(error.strerror or 'unknown reason').lower()}", err=True)
        return 5
    except Exception as error:
        if os.environ.get("SCREENER_DEBUG"):
            raise
        message = f"a fault in screener itself ({type(error).__name__}); please report it, with SCREENER_DEBUG=1 set"
        click.echo(message, err=True)
        return 70
