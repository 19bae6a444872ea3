"""`screener codes descendants`: the codes of SNOMED CT below those of the lists, from the user's own release."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import chosen_book, rules_option


@click.command("descendants")
@click.argument("release", type=click.Path(path_type=Path), metavar="RF2-RELATIONSHIP-SNAPSHOT")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.csv", help="The list.")
@rules_option
def command(release: Path, output: Path, rules_folder: Path | None) -> None:
    """Write which codes of a SNOMED CT release are below the codes of the lists, for --descendants.

    The release is yours: SNOMED CT needs a licence or a member country, and nothing of it is shipped.

    Example: screener codes descendants examples/codes/relationships.txt -o below.csv
    """
    from screener.private import PUBLIC, save
    from screener.records.codes import SNOMED
    from screener.records.codetable import book_codes
    from screener.records.release import descendants

    codes = book_codes(chosen_book(rules_folder, ()), rules_folder)
    ours = {code for system, code in (*codes.exact, *codes.below) if system == SNOMED}
    rows = descendants(release, ours)
    text = "".join(f"{ancestor},{code}\n" for ancestor, code in rows)
    save(output, f"ancestor,descendant\n{text}", PUBLIC, device=True)
    click.echo(f"{len({code for _, code in rows}):,} codes below {len(ours):,} of the lists", err=True)
