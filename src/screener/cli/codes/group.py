"""`screener codes`: lists of codes for reading records."""

from __future__ import annotations

from typing import Final

import click

from screener.cli.lazy import LazyGroup

COMMANDS: Final = {"descendants": "screener.cli.codes.descendants"}


@click.group("codes", cls=LazyGroup, modules=COMMANDS)
def command() -> None:
    """Make lists of codes that the reading of records takes.

    Example: screener codes descendants examples/codes/relationships.txt -o below.csv
    """
