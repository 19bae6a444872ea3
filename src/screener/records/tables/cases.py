"""The cases of a folder of tables, person by person, in memory that does not grow with the number of persons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from screener.errors import FileError, UsageError, echo_path
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.records.tables import files
from screener.records.tables.cells import Cells, cells_of
from screener.records.tables.mapping import read_mapping
from screener.records.tables.omop import omop_plan
from screener.records.tables.parts import PartCases, PartReader
from screener.records.tables.plan import CONDITION, Plan, TablePlan, plan_of

MOST_JOINED: Final = 1_000_000  # rows of a joined file that are held in memory


@dataclass
class FolderReading:
    """One reading of a folder of tables.

    Attributes:
        folder: where the tables are.
        plan: what is read of them.
        options: how records are read.
        translate: turns the cells of a row into others, such as concept ids into codes; by the number of the table.
        without_person: rows of persons who are not in the table of persons.
        unknown_people: how many persons that are.
        small: joined files without persons, by their names.
    """

    folder: Path
    plan: Plan
    options: Options
    translate: Mapping[int, Any]
    without_person: int = 0
    unknown_people: int = 0
    small: dict[str, dict[str | None, Cells]] = field(default_factory=dict)

    @contextmanager
    def split(self) -> Iterator[tuple[PartReader, int]]:
        """The tables in parts by person: what reads a part, and how many parts there are.

        Raises:
            FileError: a table cannot be read.
            UsageError: a column is not there.
        """
        sources = self.sources()
        parts = files.parts_for(sum(files.size_of(source.path) for source in sources))
        with tempfile.TemporaryDirectory(prefix="screener-") as temporary:
            counts = files.split(sources, Path(temporary), parts)
            kinds = [table.kind for table in self.plan.tables]
            has_conditions = any(kind == CONDITION and count for kind, count in zip(kinds, counts[1:], strict=False))
            where = str(self.folder)
            yield (
                PartReader(self.plan, self.options, Path(temporary), self.translate, self.small, where, has_conditions),
                parts,
            )
        self.options.rows_without_person[where] = self.without_person
        if self.without_person:
            who = "1 person is" if self.unknown_people == 1 else f"{self.unknown_people:,} persons are"
            self.options.say(
                f"rows_without_person: {self.without_person:,} ({who} in no row of {self.plan.people.file}; "
                "that makes no case)"
            )

    def count(self, strangers: Mapping[str, int]) -> None:
        """Count the rows of persons who are not in the table of persons."""
        self.without_person += sum(strangers.values())
        self.unknown_people += len(strangers)

    def sources(self) -> list[files.TableSource]:
        """The table of persons, each table, then each joined file; their columns are checked before any is read."""
        people = self.plan.people
        found = [
            files.TableSource(files.find_file(self.folder, people.file), people.id, tuple(people.columns.values()), {})
        ]
        joins: list[files.TableSource] = []
        for table in self.plan.tables:
            on = (table.join.on,) if table.join else ()
            columns = (*table.columns.values(), *on)
            path = files.find_file(self.folder, table.file)
            found.append(files.TableSource(path, table.person, columns, dict(table.where)))
            if table.join:
                self.add_join(table, joins)
        for source in (*found, *joins):
            files.check_columns(source.path, (source.person, *source.columns, *source.where))
        return [*found, *joins]

    def add_join(self, table: TablePlan, joins: list[files.TableSource]) -> None:
        """A joined file is split by person like a table; one without persons is held in memory."""
        assert table.join is not None
        path = files.find_file(self.folder, table.join.file)
        columns = (table.join.on, *table.join.take.values())
        if table.person in files.header_of(path):
            joins.append(files.TableSource(path, table.person, columns, {}))
            return
        files.check_columns(path, columns)
        small = self.small.setdefault(table.join.file, {})
        for batch, _ in files.batches_of(path, columns):
            small.update(zip(batch.column(table.join.on).to_pylist(), cells_of(batch, table.join.take), strict=True))
            if len(small) > MOST_JOINED:
                name = echo_path(str(path))
                raise UsageError(f"{name} has more than {MOST_JOINED:,} rows and no column of persons to split it by")


def run_of(name: str, form: str, options: Options) -> FolderReading:
    """A reading of a folder of tables.

    Args:
        name: of the folder.
        form: `long`, with the mapping file of the options, or `omop`.
        options: how records are read.

    Raises:
        UsageError: the mapping is wrong.
        FileError: a table cannot be read.
    """
    folder = Path(name)
    if not folder.is_dir():
        raise FileError(f"{echo_path(name)} is not a folder; tables are read from a folder")
    if form == "omop":
        plan, translate = omop_plan(folder, options.codes, options.source_names, options.condition_system)
    elif options.mapping is not None:
        plan, translate = plan_of(read_mapping(options.mapping)), {}
    else:
        raise UsageError("--from long needs --map: a file that says which columns say what")
    return FolderReading(folder, plan, options, translate)


def table_cases(name: str, form: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of a folder of tables; what they held is counted in the coverage.

    Args:
        name: of the folder.
        form: `long`, with the mapping file of the options, or `omop`.
        options: how records are read.

    Raises:
        UsageError: the mapping is wrong, or a column is not there.
        FileError: a table cannot be read.
    """
    run = run_of(name, form, options)
    counts = options.coverage.begin(name)
    with run.split() as (reader, parts):
        for part in range(parts):
            done = PartCases(reader, reader.read(part))
            for case in done.cases():
                counts.add(case.seen)
                yield case
            counts.merge(done.seen())
            run.count(done.rows.strangers)
