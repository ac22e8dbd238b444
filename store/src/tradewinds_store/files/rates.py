"""Files of funding rates: what venues and vendors publish of a perpetual, a row a funding time.

A rate is a fraction of the notional (0.0001), or says that it is a percent (0.01%). Percents that
do not say so cost a hundredfold in silence: where half of a file's rates would be beyond 0.1% of
the notional, which is rare, somebody has to say which they are. Percents that are small enough, as
those of a few calm hours, still pass for fractions. Venues stamp a payment some milliseconds late,
so times are those of the minute.
"""

import csv
import gzip
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final, TextIO, cast

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from tradewinds_store.bars import utc
from tradewinds_store.errors import BarsFileError
from tradewinds_store.files.times import BadTimeError, milliseconds
from tradewinds_store.records import FundingRate

_NAMES: Final = {
    "time": (
        "fundingtime", "calctime", "timestamp", "time", "datetime", "date", "unix", "ts", "index",
        "indexlevel0",
    ),
    "rate": ("fundingrate", "lastfundingrate", "realizedrate", "rate", "funding"),
    "mark": ("markprice", "mark"),
}  # fmt: skip
_MINUTE: Final = 60_000
_MOST: Final = 0.1  # of the notional at one funding time: no venue's cap is as high
_USUAL: Final = 0.001  # half of a file's rates beyond it: they look like percents


@dataclass(frozen=True, slots=True)
class _Rows:
    """The columns of a file, and the line of each row."""

    lines: Sequence[int]
    times: Any  # an Arrow array
    rates: Sequence[object]
    marks: Sequence[object]


def read_rates_file(path: Path, *, percent: bool | None = None) -> list[FundingRate]:
    """Read a CSV (also gzipped), Parquet or Feather file of one perpetual's funding rates.

    Columns are found by their usual names in any case (`timestamp`, `fundingTime`, …;
    `fundingRate`, `rate`, …; `markPrice`, which may be missing or empty). With `percent` true all
    rates are percents, with false they are fractions; with None they are fractions, and refused if
    they look like percents. Raises `BarsFileError` with the first line that is broken.
    """
    if not path.is_file():
        raise BarsFileError(path, 0, "there is no such file.")
    rows = _rows(path)
    try:
        times = milliseconds(rows.times, cut=True).tolist()
    except BadTimeError as error:
        raise BarsFileError(path, rows.lines[error.row], str(error)) from error
    found = [
        FundingRate(
            time // _MINUTE * _MINUTE,
            _rate(path, line, rate, percent is True),
            _mark(path, line, mark),
        )
        for line, time, rate, mark in zip(rows.lines, times, rows.rates, rows.marks, strict=True)
    ]
    if not found:
        raise BarsFileError(path, 0, "it holds no rates.")
    _check_order(path, rows.lines, found)
    if percent is None:
        unmarked = zip(found, rows.rates, strict=True)
        _check_unit(path, [one.rate for one, text in unmarked if "%" not in str(text)])
    return found


def _rows(path: Path) -> _Rows:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".csv"] or suffixes[-2:] == [".csv", ".gz"]:
        return _from_text(path)
    if suffixes[-1:] in ([".parquet"], [".pq"], [".feather"], [".arrow"]):
        return _from_arrow(path)
    raise BarsFileError(path, 0, "its name should end in .csv, .csv.gz, .parquet or .feather.")


def _from_text(path: Path) -> _Rows:
    lines, rows = [], []
    try:
        with _text(path) as text:
            reader = csv.reader(text)
            header = next(reader, [])
            places = _places(path, header)
            for fields in reader:
                if not fields:
                    continue
                if len(fields) != len(header):
                    problem = f"it has {len(fields)} columns, expected {len(header)} as in line 1."
                    raise BarsFileError(path, reader.line_num, problem)
                lines.append(reader.line_num)
                rows.append([None if at is None else fields[at] for at in places])
    except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        raise BarsFileError(path, 0, f"it cannot be read as text ({error}).") from error
    times, rates, marks = zip(*rows, strict=True) if rows else ((), (), ())
    return _Rows(lines, pa.array(times, pa.string()), rates, marks)


def _from_arrow(path: Path) -> _Rows:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            with pq.ParquetFile(path) as file:
                table = file.read()
        else:
            table = pyarrow.feather.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise BarsFileError(path, 0, f"it cannot be read ({error}).") from error
    time, rate, mark = _places(path, table.column_names)
    nothing = [None] * table.num_rows
    return _Rows(
        range(1, table.num_rows + 1),
        table.column(time).combine_chunks(),
        table.column(rate).to_pylist(),
        nothing if mark is None else table.column(mark).to_pylist(),
    )


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    opened = gzip.open if path.suffix.lower() == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield cast("TextIO", file)


def _places(path: Path, found: Sequence[str]) -> tuple[int, int, int | None]:
    """Return the places of time, rate and mark price among the names of columns."""
    plain = ["".join(filter(str.isalnum, name.lower())) for name in found]
    places = {
        column: next((plain.index(name) for name in names if name in plain), None)
        for column, names in _NAMES.items()
    }
    time, rate = places["time"], places["rate"]
    if time is None or rate is None:
        missing = "time" if time is None else "rate"
        raise BarsFileError(
            path,
            0,
            f"column {missing} not found; it has {', '.join(found) or 'none'}. Name the columns "
            "timestamp, funding_rate and, if there is one, mark_price.",
        )
    return time, rate, places["mark"]


def _rate(path: Path, line: int, value: object, percent: bool) -> float:
    text = str(value).strip()
    marked = text.endswith("%")
    number = _number(text.removesuffix("%"))
    rate = number / 100 if percent or marked else number
    if math.isnan(rate):
        shown = "" if value is None else text
        problem = f"rate was {shown!r}, expected a number such as 0.0001, which is 0.01%."
        raise BarsFileError(path, line, problem)
    if abs(rate) > _MOST:
        raise BarsFileError(
            path,
            line,
            f"rate was {text}, which is {rate:.2%} of the notional at one funding time, expected "
            f"{_MOST:.0%} at most. If the rates are percents, say --percent.",
        )
    return rate


def _mark(path: Path, line: int, value: object) -> float | None:
    text = "" if value is None else str(value).strip()
    if text.lower() in {"", "nan"}:
        return None
    mark = _number(text)
    if not 0.0 < mark < math.inf:
        raise BarsFileError(path, line, f"mark price was {text!r}, expected a price above 0.")
    return mark


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _check_order(path: Path, lines: Sequence[int], rates: Sequence[FundingRate]) -> None:
    for line, (before, after) in zip(lines[1:], pairwise(rates), strict=True):
        if after.time == before.time:
            problem = f"time {utc(after.time)} is there twice. Keep one rate of each minute."
            raise BarsFileError(path, line, problem)
        if after.time < before.time:
            problem = (
                f"time {utc(after.time)} comes before the line above. Sort the file by time, "
                "oldest first."
            )
            raise BarsFileError(path, line, problem)


def _check_unit(path: Path, rates: Sequence[float]) -> None:
    middle = median(map(abs, rates)) if rates else 0.0
    if middle > _USUAL:
        raise BarsFileError(
            path,
            0,
            f"half of its rates are {middle:.2%} of the notional or more at each funding time, "
            f"expected {_USUAL:.2%} at most. If they are percents, say --percent; if they are "
            "fractions all the same, say --fraction.",
        )
