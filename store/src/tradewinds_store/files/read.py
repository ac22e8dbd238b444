"""From a path and a timeframe to bars that a store will take."""

from pathlib import Path

from tradewinds_store.bars import Bars
from tradewinds_store.errors import BarsFileError
from tradewinds_store.files.arrow_file import ArrowFile
from tradewinds_store.files.csv_file import CsvFile
from tradewinds_store.files.sanity import first_problem

_SUFFIXES = ".csv, .csv.gz, .parquet or .feather"


def read_bars_file(path: Path, timeframe: str) -> Bars:
    """Read a CSV (also gzipped), Parquet or Feather file of one series.

    Columns are found by their usual names in any case (`time`, `timestamp`, `open_time`, `date`,
    … and `open`, `high`, `low`, `close`, `volume`); a CSV file without a header holds them in this
    order. Times are open times: seconds to nanoseconds since 1970, or ISO 8601; without a zone
    they are UTC. Raises `BarsFileError` with the first line that is broken.
    """
    if not path.is_file():
        raise BarsFileError(path, 0, "there is no such file.")
    file = _open(path)
    bars = file.read()
    if not len(bars):
        raise BarsFileError(path, 0, "it holds no bars.")
    problem = first_problem(bars, timeframe)
    if problem:
        row, text = problem
        raise BarsFileError(path, 0 if row is None else file.line(row), text)
    return bars


def _open(path: Path) -> CsvFile | ArrowFile:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".csv"] or suffixes[-2:] == [".csv", ".gz"]:
        return CsvFile(path)
    if suffixes[-1:] in ([".parquet"], [".pq"], [".feather"], [".arrow"]):
        return ArrowFile(path)
    raise BarsFileError(path, 0, f"its name should end in {_SUFFIXES}.")
