"""Broken files are refused by file, line and value."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tradewinds_store.errors import BarsFileError
from tradewinds_store.files import read_bars_file

HEADER = "time,open,high,low,close,volume"
LINES = [
    HEADER,
    "2024-01-01 00:00,10,12,9,11,5",
    "2024-01-01 01:00,11,13,10,12,6",
    "2024-01-01 02:00,12,14,11,13,7",
]


def save(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("2024-01-01 01:00,11,9,10,11,6", "high 9.0 is below low 10.0."),
        ("2024-01-01 01:00,14,13,10,12,6", "open 14.0 is outside low 10.0 to high 13.0."),
        ("2024-01-01 01:00,11,13,10,9.5,6", "close 9.5 is outside low 10.0 to high 13.0."),
        ("2024-01-01 01:00,0,13,0,12,6", "open was 0.0, expected a price above 0."),
        ("2024-01-01 01:00,11,13,-1,12,6", "low was -1.0, expected a price above 0."),
        ("2024-01-01 01:00,11,13,10,12,-6", "volume was -6.0, expected 0 or more."),
        ("2024-01-01 01:00,11,13,10,nan,6", "close was nan or empty, expected a number."),
        ("2024-01-01 01:00,11,13,10,,6", "close was nan or empty, expected a number."),
        ("2024-01-01 01:00,11,inf,10,12,6", "high was inf or empty, expected a number."),
        ("2024-01-01 01:00,11,13,10,twelve,6", "close was 'twelve', expected a number."),
        ("2024-01-01 01:00,11,13,10,12", "it has 5 columns, expected 6 as in the first line."),
        ("2024-01-01 01:00,11,13,10,12,6,7", "it has 7 columns, expected 6 as in the first line."),
        ("2024-01-01 00:00,11,13,10,12,6", "time 2024-01-01 00:00 UTC is there twice."),
        (
            "2023-12-31 23:00,11,13,10,12,6",
            "time 2023-12-31 23:00 UTC comes before the line above.",
        ),
        ("2024-01-01 01:30,11,13,10,12,6", "no bar of 1h opens at 2024-01-01 01:30 UTC."),
        ("01/01/2024,11,13,10,12,6", "time was '01/01/2024', expected seconds to nanoseconds"),
        (",11,13,10,12,6", "time was '', expected seconds to nanoseconds"),
    ],
)
@pytest.mark.parametrize("blank_lines", [0, 2])
def test_broken_line_is_named_with_its_value(
    tmp_path: Path, broken: str, problem: str, blank_lines: int
) -> None:
    lines = [*LINES[:2], *[""] * blank_lines, broken, LINES[3]]
    path = save(tmp_path / "bars.csv", lines)
    with pytest.raises(BarsFileError) as refused:
        read_bars_file(path, "1h")
    assert str(refused.value).startswith(f"{path}:{3 + blank_lines}: {problem}")
    assert refused.value.line == 3 + blank_lines


def test_first_broken_line_is_named_when_there_are_more(tmp_path: Path) -> None:
    lines = [*LINES[:2], "2024-01-01 01:00,11,13,10,12,-6", "2024-01-01 02:00,0,1,0,0,0"]
    with pytest.raises(BarsFileError, match=r"bars\.csv:3: volume was -6"):
        read_bars_file(save(tmp_path / "bars.csv", lines), "1h")


def test_wrong_epoch_is_named_with_its_line(tmp_path: Path) -> None:
    lines = [HEADER, "1704067200,10,12,9,11,5", "x,11,13,10,12,6"]
    with pytest.raises(BarsFileError, match=r"bars\.csv:3: time was 'x'"):
        read_bars_file(save(tmp_path / "bars.csv", lines), "1h")


def test_missing_columns_are_named_beside_those_found(tmp_path: Path) -> None:
    path = save(tmp_path / "trades.csv", ["time,price,amount", "1,2,3"])
    with pytest.raises(BarsFileError) as refused:
        read_bars_file(path, "1h")
    assert str(refused.value) == (
        f"{path}: columns open, high, low, close, volume not found; it has time, price, amount. "
        "Rename the columns, or give a file of bars."
    )


def test_row_of_a_parquet_file_is_counted_from_one(tmp_path: Path) -> None:
    columns = [pa.array([60_000, 120_000]), *[pa.array([1.0, value]) for value in (1, 1, 1, 1, -1)]]
    path = tmp_path / "bars.parquet"
    pq.write_table(pa.table(columns, HEADER.split(",")), path)
    with pytest.raises(BarsFileError, match=r"bars\.parquet:2: volume was -1"):
        read_bars_file(path, "1m")


def test_parquet_column_of_words_is_named(tmp_path: Path) -> None:
    columns = [pa.array([60_000]), *[pa.array(["1"]) for _ in range(4)], pa.array(["much"])]
    path = tmp_path / "bars.parquet"
    pq.write_table(pa.table(columns, HEADER.split(",")), path)
    with pytest.raises(BarsFileError, match="volume is no column of numbers"):
        read_bars_file(path, "1m")


def test_hours_given_as_minutes_are_refused(tmp_path: Path) -> None:
    lines = [HEADER, *(f"{1_704_067_200 + hour * 3600},10,12,9,11,5" for hour in range(12))]
    path = save(tmp_path / "bars.csv", lines)
    assert len(read_bars_file(path, "1h")) == 12
    with pytest.raises(BarsFileError, match=r"its bars stand 1h apart, not 1m\. Give"):
        read_bars_file(path, "1m")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.csv", b"", "it is empty"),
        ("header.csv", HEADER.encode() + b"\n", "it holds no bars"),
        ("bars.xlsx", b"PK", r"its name should end in \.csv"),
        ("bars.csv.gz", b"time,open,high,low,close,volume\n", "it cannot be read as text"),
        ("bars.csv.gz", gzip.compress(b"\n".join(map(str.encode, LINES)))[:-12], "cannot be read"),
        ("latin.csv", "zeit,öffnung\n".encode("latin-1"), "it cannot be read as text"),
        ("bars.parquet", b"PAR1 no", "it cannot be read"),
        ("bars.feather", b"ARROW1 no", "it cannot be read"),
    ],
)
def test_files_that_hold_no_bars_are_named(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BarsFileError, match=problem):
        read_bars_file(path, "1h")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BarsFileError, match=r"none\.csv: there is no such file"):
        read_bars_file(tmp_path / "none.csv", "1h")
