"""The cases of a folder of tables, person by person, in memory that does not grow with the number of persons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from screener.errors import FileError, UsageError, echo_path
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.records.tables import files
from screener.records.tables.cells import cells_of
from screener.records.tables.mapping import Join, read_mapping
from screener.records.tables.omop import omop_plan
from screener.records.tables.parts import PartReader
from screener.records.tables.plan import CONDITION, Cells, Plan, plan_of

MOST_JOINED: Final = 1_000_000  # rows of a joined file that are held in memory


@contextmanager
def split_folder(name: str, form: str, options: Options) -> Iterator[tuple[PartReader, int]]:
    """The tables of a folder in parts by person: what reads a part, and how many parts there are.

    Args:
        name: of the folder.
        form: `long`, with the mapping file of the options, or `omop`.
        options: how records are read.

    Raises:
        UsageError: the mapping is wrong, or a column is not there.
        FileError: a table cannot be read.
    """
    folder = Path(name)
    if not folder.is_dir():
        raise FileError(f"{echo_path(name)} is not a folder; tables are read from a folder")
    if form == "omop":
        plan = omop_plan(folder, options.codes, options.source_names, options.condition_system)
    elif options.mapping is not None:
        plan = plan_of(read_mapping(options.mapping))
    else:
        raise UsageError("--from long needs --map: a file that says which columns say what")
    small: dict[str, dict[str | None, Cells]] = {}
    sources = _sources(folder, plan, small)
    paths = [path for source in sources for path in files.parts_of(source.path)]
    parts = files.parts_for(sum(path.stat().st_size for path in paths))
    with tempfile.TemporaryDirectory(prefix="screener-") as temporary:
        counts = files.split(sources, Path(temporary), parts)
        kinds = [table.kind for table in plan.tables]
        has_conditions = any(kind == CONDITION and count for kind, count in zip(kinds, counts[1:], strict=False))
        reader = PartReader(plan, options, Path(temporary), small, str(folder), has_conditions)
        yield reader, parts
    options.rows_without_person[reader.where] = reader.without_person
    if reader.without_person:
        who = "1 person is" if reader.unknown_people == 1 else f"{reader.unknown_people:,} persons are"
        options.say(
            f"rows_without_person: {reader.without_person:,} ({who} in no row of {plan.people.file}; "
            "that makes no case)"
        )


def _sources(folder: Path, plan: Plan, small: dict[str, dict[str | None, Cells]]) -> list[files.TableSource]:
    """The table of persons, each table, then each joined file; their columns are checked before any is read.

    A joined file is split by person like a table; one without persons is held in memory, in `small`.
    """
    people = plan.people
    found = [files.TableSource(files.find_file(folder, people.file), people.id, tuple(people.columns.values()), {})]
    joins: list[files.TableSource] = []
    for table in plan.tables:
        path, columns, join = files.find_file(folder, table.file), tuple(table.columns.values()), table.join
        found.append(files.TableSource(path, table.person, (*columns, join.on) if join else columns, dict(table.where)))
        if join is not None:
            other = files.find_file(folder, join.file)
            if table.person in files.header_of(other):
                joins.append(files.TableSource(other, table.person, (join.on, *join.take.values()), {}))
            else:
                _hold(other, join, small.setdefault(join.file, {}))
    for source in (*found, *joins):
        files.check_columns(source.path, (source.person, *source.columns, *source.where))
    return [*found, *joins]


def _hold(path: Path, join: Join, small: dict[str | None, Cells]) -> None:
    """Read a joined file into memory."""
    columns = (join.on, *join.take.values())
    files.check_columns(path, columns)
    for batch, _ in files.batches_of(path, columns):
        small.update(zip(batch.column(join.on).to_pylist(), cells_of(batch, join.take), strict=True))
        if len(small) > MOST_JOINED:
            shown = echo_path(str(path))
            raise UsageError(f"{shown} has more than {MOST_JOINED:,} rows and no column of persons to split it by")


def table_cases(name: str, form: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of a folder of tables; what they held is counted in the coverage.

    See `split_folder` for the arguments and the errors.
    """
    counts = options.coverage.begin(name)
    with split_folder(name, form, options) as (reader, parts):
        for part in map(reader.read, range(parts)):
            for case in part.cases():
                counts.add(case.seen)
                yield case
            counts.merge(part.seen())
            reader.count(part.strangers)
