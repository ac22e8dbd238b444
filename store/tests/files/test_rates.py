"""Files of funding rates: read by the names that venues use, refused by line and value."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from tradewinds_store.errors import BarsFileError
from tradewinds_store.files import read_rates_file
from tradewinds_store.rates import holes, missing
from tradewinds_store.records import FundingRate

NIGHT = 1_704_067_200_000  # 2024-01-01 00:00 UTC
HOUR = 3_600_000
RATES = [
    FundingRate(NIGHT, 0.0001, 42313.9),
    FundingRate(NIGHT + 8 * HOUR, -0.00027, None),
    FundingRate(NIGHT + 16 * HOUR, 0.0, 42811.3),
]
OURS = """timestamp,funding_rate,mark_price
2024-01-01 00:00:00+00:00,0.0001,42313.9
2024-01-01 08:00:00.001000+00:00,-0.00027,
2024-01-01 16:00:00+00:00,0,42811.3
"""
OF_A_VENUE = f"""symbol,fundingTime,fundingRate,markPrice
BTCUSDT,{NIGHT + 3},0.00010000,42313.90000000
BTCUSDT,{NIGHT + 8 * HOUR},-0.00027,

BTCUSDT,{NIGHT + 16 * HOUR},0.00000000,42811.3
"""
IN_PERCENT = """date,rate,mark
2024-01-01 00:00,0.01%,42313.9
2024-01-01 08:00,-0.027%,
2024-01-01 16:00,0%,42811.3
"""


@pytest.mark.parametrize("text", [OURS, OF_A_VENUE, IN_PERCENT])
def test_the_names_times_and_percents_of_others_read_alike(tmp_path: Path, text: str) -> None:
    plain, packed = tmp_path / "rates.csv", tmp_path / "rates.csv.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_rates_file(plain) == read_rates_file(packed) == RATES


def test_columns_with_types_read_as_text_does(tmp_path: Path) -> None:
    times = pa.array([one.time + 5 for one in RATES], pa.timestamp("ms", "UTC"))
    columns = {"rate": [one.rate for one in RATES], "markPrice": [one.mark for one in RATES]}
    table = pa.table({"fundingTime": times, **columns})
    pq.write_table(table, tmp_path / "rates.parquet")
    pyarrow.feather.write_feather(table, tmp_path / "rates.feather")
    for name in ("rates.parquet", "rates.feather"):
        assert read_rates_file(tmp_path / name) == RATES


def test_a_file_in_percents_says_so_or_is_told(tmp_path: Path) -> None:
    lines = [f"{NIGHT + place * 8 * HOUR},0.01" for place in range(3)]
    path = tmp_path / "rates.csv"
    path.write_text("\n".join(["time,rate", *lines]))
    with pytest.raises(BarsFileError, match=r"half of its rates are 1\.00% .*, say --percent; if"):
        read_rates_file(path)
    assert {one.rate for one in read_rates_file(path, percent=True)} == {0.0001}
    assert {one.rate for one in read_rates_file(path, percent=False)} == {0.01}
    path.write_text("\n".join(["time,rate", *(f"{line}%" for line in lines)]).replace("0.01", "1"))
    assert {one.rate for one in read_rates_file(path)} == {0.01}  # high, and it says what it is


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("2024-01-01 08:00,much,", "rate was 'much', expected a number such as 0.0001, which is"),
        ("2024-01-01 08:00,,", "rate was '', expected a number"),
        ("2024-01-01 08:00,inf,", "rate was 'inf', expected a number"),
        ("2024-01-01 08:00,0.5,", "rate was 0.5, which is 50.00% of the notional at one funding"),
        ("2024-01-01 08:00,0.0001,-3", "mark price was '-3', expected a price above 0."),
        ("2024-01-01 08:00,0.0001", "it has 2 columns, expected 3 as in line 1."),
        ("today,0.0001,", "time was 'today', expected seconds to nanoseconds since 1970"),
        ("2024-01-01 00:00:30,0.0001,", "time 2024-01-01 00:00 UTC is there twice."),
        ("2023-12-31 16:00,0.0001,", "time 2023-12-31 16:00 UTC comes before the line above."),
    ],
)
def test_a_broken_line_is_named_with_its_value(tmp_path: Path, broken: str, problem: str) -> None:
    path = tmp_path / "rates.csv"
    first = "2024-01-01 00:00,0.0001,42313.9"
    path.write_text(f"timestamp,funding_rate,mark_price\n\n{first}\n{broken}\n")
    with pytest.raises(BarsFileError) as refused:
        read_rates_file(path)
    assert str(refused.value).startswith(f"{path}:4: {problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("time,open\n", "column rate not found; it has time, open. Name the columns timestamp, "),
        ("", "column time not found; it has none."),
        ("time,rate\n", "it holds no rates."),
    ],
)
def test_a_file_without_rates_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text)
    with pytest.raises(BarsFileError) as refused:
        read_rates_file(path)
    assert str(refused.value).startswith(f"{path}: {problem}")


@pytest.mark.parametrize(
    ("hours", "missing"),
    [
        ([0, 8, 16, 24], []),
        ([0, 8, 24, 32], [(8, 24)]),
        ([0, 9], [(0, 9)]),
        ([0, 8, 16, 20, 24, 32, 40], []),  # a venue pays every four hours for a while
        ([0, 4, 8, 16, 20], [(8, 16)]),  # one of every four hours is missing
        ([0, 1, 2, 4, 5, 6], [(2, 4)]),
        ([0], []),
    ],
)
def test_what_is_missing_shows_in_the_distances(
    hours: list[int], missing: list[tuple[int, int]]
) -> None:
    found = holes([hour * HOUR for hour in hours])
    assert found == [(after * HOUR, before * HOUR) for after, before in missing]


@pytest.mark.parametrize(
    ("hours", "period", "found", "at_end"),
    [
        ([0, 8, 16], (1, 24), [], [(16, 24)]),  # that of 24:00 alone may come yet
        ([0, 8, 16], (1, 25), [(16, 25)], [(16, 25)]),
        ([0, 8, 16], (1, 23), [], []),
        ([8, 16], (0, 16), [], []),  # nobody holds before the start
        ([16, 24], (0, 24), [(0, 16)], [(0, 16)]),
        ([4, 8, 12], (0, 20), [(12, 20)], [(12, 20)]),
        ([0, 8, 24, 32], (0, 8), [], []),  # the hole is behind the period
        ([0, 8, 24, 32], (8, 24), [(8, 24)], [(8, 24)]),
        ([], (0, 8), [(0, 8)], [(0, 8)]),
        ([], (8, 8), [], []),
    ],
)
def test_what_a_period_lacks_is_told_with_its_place(
    hours: list[int],
    period: tuple[int, int],
    found: list[tuple[int, int]],
    at_end: list[tuple[int, int]],
) -> None:
    times = [hour * HOUR for hour in hours]
    start, end = (hour * HOUR for hour in period)
    for asked, expected in ((False, found), (True, at_end)):
        places = missing(times, start, end, at_end=asked)
        assert places == [(after * HOUR, before * HOUR) for after, before in expected]
