"""Files of trades: read by the names that venues use, refused by line and value."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from tradewinds_store.errors import BarsFileError
from tradewinds_store.files import read_trades_file
from tradewinds_store.trades import Trades

NIGHT = 1_704_067_200_000  # 2024-01-01 00:00 UTC
ROWS = [(NIGHT, 7, 100.5, 0.2), (NIGHT + 1, 8, 100.4, 1.0), (NIGHT + 1, 9, 100.4, 3.0)]
OF_A_VENUE = f"""id,price,qty,quote_qty,time,is_buyer_maker
7,100.5,0.2,20.1,{NIGHT},true
8,100.4,1,100.4,{NIGHT + 1},false
9,100.40,3.0,301.2,{NIGHT + 1},false
"""
IN_MICROSECONDS = f"""Timestamp,Trade ID,Price,Size
{NIGHT}000,7,100.5,0.2
{NIGHT + 1}999,8,100.4,1
{NIGHT + 1}999,9,100.4,3
"""
AS_TEXT = """timestamp,price,amount,trade_id
2024-01-01 00:00:00+00:00,100.5,0.2,7
2024-01-01T00:00:00.001999Z,100.4,1,8
2024-01-01 00:00:00.0015+00:00,100.4,3,9
"""
PLACES = {"time": 0, "price": 2, "amount": 3}
IN_SECONDS = """time,price,amount,id
1704067200,100.5,0.2,7
1704067200.001,100.4,1,8
1704067200.001999,100.4,3,9
"""


def rows(found: Trades) -> list[tuple[int, int, float, float]]:
    return list(zip(*(column.tolist() for column in found.columns()), strict=True))


@pytest.mark.parametrize("text", [OF_A_VENUE, IN_MICROSECONDS, AS_TEXT, IN_SECONDS])
def test_the_names_and_times_of_others_read_alike(tmp_path: Path, text: str) -> None:
    plain, packed = tmp_path / "trades.csv", tmp_path / "trades.csv.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.encode()))
    assert rows(read_trades_file(plain)) == rows(read_trades_file(packed)) == ROWS


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_columns_with_types_read_as_text_does(tmp_path: Path, unit: str) -> None:
    scale = {"ms": 1, "us": 1_000, "ns": 1_000_000}[unit]
    columns = {
        "timestamp": pa.array([row[0] * scale + scale // 2 for row in ROWS], pa.timestamp(unit)),
        "id": [row[1] for row in ROWS],
        "price": [row[2] for row in ROWS],
        "amount": [row[3] for row in ROWS],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    pyarrow.feather.write_feather(
        pa.table({**columns, "timestamp": [row[0] * scale for row in ROWS]}), tmp_path / "a.feather"
    )
    assert rows(read_trades_file(tmp_path / "a.parquet")) == ROWS
    assert rows(read_trades_file(tmp_path / "a.feather")) == ROWS


def test_without_whole_ids_a_trade_is_known_by_its_place_in_its_millisecond(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = IN_SECONDS
    for number, other in ((7, "T-7"), (8, ""), (9, "0x9f")):
        text = text.replace(f",{number}\n", f",{other}\n")
    file.write_text(text)
    assert [row[1] for row in rows(read_trades_file(file))] == [0, 0, 1]


@pytest.mark.parametrize("odd", ["", "T-8", "8.5", "9223372036854775808"])
def test_an_id_unlike_the_others_is_refused_and_does_not_turn_all_into_places(
    tmp_path: Path, odd: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(IN_SECONDS.replace(",8\n", f",{odd}\n"))
    with pytest.raises(BarsFileError) as refused:
        read_trades_file(file)
    assert str(refused.value).startswith(f"{file}:3: id was {odd!r}, and others of the file are")


@pytest.mark.parametrize(
    ("ids", "row", "value"),
    [
        (pa.array([7.0, 8.5, 9.0]), 2, "8.5"),
        (pa.array([7.0, 8.0, None]), 3, "''"),
        (pa.array([7, 8, 2**63], pa.uint64()), 3, "9223372036854775808"),
    ],
)
def test_typed_ids_are_refused_as_those_of_texts(
    tmp_path: Path, ids: pa.Array, row: int, value: str
) -> None:
    file = tmp_path / "a.parquet"
    columns = {name: [one[place] for one in ROWS] for name, place in PLACES.items()}
    pq.write_table(pa.table({**columns, "id": ids}), file)
    with pytest.raises(BarsFileError) as refused:
        read_trades_file(file)
    assert str(refused.value).startswith(f"{file}:{row}: id was {value}, and others")


@pytest.mark.parametrize("kind", [pa.timestamp("us", "UTC"), pa.int64(), pa.string()])
def test_a_time_that_is_missing_is_refused_by_its_row(tmp_path: Path, kind: pa.DataType) -> None:
    file = tmp_path / "a.parquet"
    columns = {name: [one[place] for one in ROWS] for name, place in PLACES.items()}
    pq.write_table(pa.table({**columns, "time": pa.array([None] * 3, kind)}), file)
    with pytest.raises(BarsFileError) as refused:
        read_trades_file(file)
    assert str(refused.value).startswith(f"{file}:1: time was '', expected seconds to nanoseconds")


def test_trades_of_one_millisecond_are_ordered_by_their_ids(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    lines = OF_A_VENUE.splitlines(keepends=True)
    file.write_text("".join([*lines[:2], lines[3], lines[2]]))
    assert rows(read_trades_file(file)) == ROWS


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (("100.4,1,", "0,1,"), 3, "price was 0.0, expected a number above 0."),
        (("100.4,1,", "x,1,"), 3, "price was 'x', expected a number."),
        (("100.40,3.0", "100.40,nan"), 4, "amount was nan, expected a number above 0."),
        (("100.40,3.0", "inf,3.0"), 4, "price was inf, expected a number above 0."),
        ((f"20.1,{NIGHT}", f"20.1,{NIGHT + 2}"), 3,
         "time 2024-01-01 00:00 UTC comes before the line above. Sort the file, oldest first."),
        ((f"20.1,{NIGHT}", "20.1,"), 2, "time was '', expected seconds to nanoseconds"),
        (("9,100.40", "8,100.40"), 4, "trade 8 is there twice. Keep one of each."),
        (("price,qty", "price,lots"), 0,
         "column amount not found; it has id, price, lots, quote_qty, time, is_buyer_maker."),
        ((OF_A_VENUE[OF_A_VENUE.index("\n") + 1 :], ""), 0, "it holds no trades."),
        ((",true", ""), 0, "it cannot be read (CSV parse error: Row #2: Expected 6 columns, got 5"),
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_by_line_and_value(
    tmp_path: Path, change: tuple[str, str], line: int, problem: str
) -> None:
    file = tmp_path / "trades.csv"
    text = OF_A_VENUE.replace(*change, 1)
    assert text != OF_A_VENUE
    file.write_text(text)
    with pytest.raises(BarsFileError) as refused:
        read_trades_file(file)
    where = f"{file}:{line}" if line else str(file)
    assert str(refused.value).startswith(f"{where}: {problem}")


def test_a_file_of_bars_and_one_that_is_not_there_say_so(tmp_path: Path) -> None:
    with pytest.raises(BarsFileError, match="there is no such file"):
        read_trades_file(tmp_path / "none.csv")
    other = tmp_path / "a.txt"
    other.write_text("x")
    with pytest.raises(BarsFileError, match=r"its name should end in \.csv"):
        read_trades_file(other)
