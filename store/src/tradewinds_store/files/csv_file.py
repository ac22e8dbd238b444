"""CSV files, read in blocks by Arrow; where it stops, Python's own reader finds the line."""

import csv
import gzip
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

import pyarrow as pa
import pyarrow.csv

from tradewinds_store.bars import COLUMNS, VALUES, Bars, joined
from tradewinds_store.columns import to_numpy
from tradewinds_store.errors import BarsFileError
from tradewinds_store.files.names import find_columns
from tradewinds_store.files.times import BadTimeError, milliseconds

_DELIMITERS = ",;\t"
_PREAMBLE = 5  # lines that may stand above the header, such as a vendor's address


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: lines before the first bar, delimiter, width, places of columns."""

    skip: int
    delimiter: str
    width: int
    places: Sequence[int]


class CsvFile:
    """A text file, plain or gzipped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._layout = self._read_layout()

    def read(self) -> Bars:
        parts: list[Bars] = []
        done = 0
        try:
            with self._batches() as reader:
                for batch in reader:
                    parts.append(_converted(batch))
                    done += batch.num_rows
        except BadTimeError as error:
            raise BarsFileError(self._path, self.line(done + error.row), str(error)) from error
        except (pa.ArrowException, OSError, EOFError) as error:
            raise self._diagnosis(error) from error
        return joined(parts)

    def line(self, row: int) -> int:
        """Return the line of a row; blank lines count as lines and not as rows."""
        with self._text() as text:
            filled = (number for number, line in enumerate(text, 1) if self._is_row(number, line))
            return next(itertools.islice(filled, row, None))

    def _is_row(self, number: int, line: str) -> bool:
        return number > self._layout.skip and bool(line.rstrip("\r\n"))

    def _read_layout(self) -> Layout:
        try:
            with self._text() as text:
                head = list(itertools.islice(text, _PREAMBLE))
        except (UnicodeDecodeError, OSError, EOFError) as error:
            raise BarsFileError(self._path, 0, f"it cannot be read as text ({error}).") from error
        if not head:
            raise BarsFileError(self._path, 0, "it is empty.")
        delimiters = [max(_DELIMITERS, key=line.count) for line in head]
        rows = [
            next(csv.reader([line], delimiter=delimiter), [])
            for line, delimiter in zip(head, delimiters, strict=True)
        ]
        at = next((at for at, fields in enumerate(rows) if len(fields) >= len(COLUMNS)), 0)
        fields = rows[at]
        if fields and all(map(_is_number, fields[: len(COLUMNS)])):
            return Layout(at, delimiters[at], len(fields), range(len(COLUMNS)))
        return Layout(at + 1, delimiters[at], len(fields), find_columns(self._path, fields))

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        opened = gzip.open if self._path.suffix.lower() == ".gz" else Path.open
        with opened(self._path, "rt", encoding="utf-8-sig", newline="") as file:
            yield cast("TextIO", file)

    @contextmanager
    def _batches(self) -> Iterator[Iterator[pa.RecordBatch]]:
        layout = self._layout
        names = dict(zip(COLUMNS, (str(place) for place in layout.places), strict=True))
        types = {names["time"]: pa.string(), **{names[name]: pa.float64() for name in VALUES}}
        with pyarrow.csv.open_csv(
            self._path,
            read_options=pyarrow.csv.ReadOptions(
                column_names=[str(place) for place in range(layout.width)], skip_rows=layout.skip
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=layout.delimiter),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=types, include_columns=list(names.values())
            ),
        ) as reader:
            yield reader

    def _diagnosis(self, cause: Exception) -> BarsFileError:
        try:
            with self._text() as text:
                for number, line in enumerate(text, 1):
                    problem = self._problem(line) if self._is_row(number, line) else None
                    if problem:
                        return BarsFileError(self._path, number, problem)
        except (UnicodeDecodeError, OSError, EOFError) as error:
            return BarsFileError(self._path, 0, f"it cannot be read to its end ({error}).")
        return BarsFileError(self._path, 0, f"it cannot be read ({cause}).")

    def _problem(self, line: str) -> str | None:
        layout = self._layout
        fields = next(csv.reader([line], delimiter=layout.delimiter))
        if len(fields) != layout.width:
            return f"it has {len(fields)} columns, expected {layout.width} as in the first line."
        for name, place in zip(VALUES, layout.places[1:], strict=True):
            if not _is_number(fields[place]):
                return f"{name} was {fields[place]!r}, expected a number."
        return None


def _converted(batch: pa.RecordBatch) -> Bars:
    time, *values = batch.columns
    return Bars(milliseconds(time), *map(to_numpy, values))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
