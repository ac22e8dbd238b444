"""Parquet and Feather files: a row is what a line is elsewhere, counted from 1."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
import pyarrow.parquet as pq

from tradewinds_store.bars import COLUMNS, VALUES, Bars
from tradewinds_store.columns import to_numpy
from tradewinds_store.errors import BarsFileError
from tradewinds_store.files.names import find_columns
from tradewinds_store.files.times import BadTimeError, milliseconds


class ArrowFile:
    """A file whose columns have types of their own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Bars:
        table = self._table()
        try:
            time = milliseconds(table.column("time").combine_chunks())
        except BadTimeError as error:
            raise BarsFileError(self._path, error.row + 1, str(error)) from error
        return Bars(time, *(self._numbers(table, name) for name in VALUES))

    def line(self, row: int) -> int:
        """Return how people count a row."""
        return row + 1

    def _table(self) -> Any:
        try:
            if self._path.suffix.lower() in {".parquet", ".pq"}:
                names = pq.read_schema(self._path).names
                chosen = self._chosen(names)
                with pq.ParquetFile(self._path) as file:
                    table = file.read(columns=chosen)
            else:
                with pa.memory_map(str(self._path)) as source:
                    names = pa.ipc.open_file(source).schema.names
                chosen = self._chosen(names)
                table = pyarrow.feather.read_table(self._path, columns=chosen)
        except (pa.ArrowException, OSError) as error:
            raise BarsFileError(self._path, 0, f"it cannot be read ({error}).") from error
        return table.select(chosen).rename_columns(list(COLUMNS))

    def _chosen(self, names: list[str]) -> list[str]:
        return [names[place] for place in find_columns(self._path, names)]

    def _numbers(self, table: Any, name: str) -> Any:
        try:
            column = pc.cast(table.column(name), pa.float64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise BarsFileError(
                self._path, 0, f"{name} is no column of numbers ({error})."
            ) from error
        return to_numpy(column.combine_chunks())
