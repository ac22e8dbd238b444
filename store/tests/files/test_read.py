"""Other people's files: every usual form gives the same bars."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.errors import BarsFileError
from tradewinds_store.files import read_bars_file

HOUR = 3_600_000
FIRST = 1_704_067_200_000  # 2024-01-01
VALUES = [
    (42283.58, 42554.57, 42261.02, 42475.23, 1271.68108),
    (42475.23, 42775.0, 42431.65, 42613.56, 0.0),
    (42613.57, 42638.41, 42500.0, 42581.1, 1196.3),
]
TIMES = [FIRST + HOUR * row for row in range(3)]
Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(text: str, name: str = "bars.csv") -> Path:
        path = tmp_path / name
        opened = gzip.open if name.endswith(".gz") else open
        with opened(path, "wt", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    return write


def csv(times: list[object], header: str = "time,open,high,low,close,volume\n") -> str:
    rows = zip(times, VALUES, strict=True)
    return header + "".join(f"{time},{','.join(map(str, row))}\n" for time, row in rows)


def assert_bars(bars: Bars) -> None:
    assert bars.time.tolist() == TIMES
    columns = np.array(bars.columns()[1:]).T
    assert columns.tolist() == [list(row) for row in VALUES]


@pytest.mark.parametrize(
    "times",
    [
        [1_704_067_200, 1_704_070_800, 1_704_074_400],
        ["1704067200.0", "1704070800.0", "1704074400.0"],
        TIMES,
        [time * 1_000 for time in TIMES],
        [time * 1_000_000 for time in TIMES],
        [TIMES[0], TIMES[1] * 1_000, TIMES[2] * 1_000],  # a venue changed its unit on the way
        ["2024-01-01 00:00:00", "2024-01-01 01:00:00", "2024-01-01 02:00:00"],
        ["2024-01-01T00:00", "2024-01-01T01:00", "2024-01-01T02:00"],
        ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"],
        ["2024-01-01T00:00:00.000Z", "2024-01-01T01:00:00.000Z", "2024-01-01T02:00:00.000Z"],
        ["2024-01-01 00:00:00 UTC", "2024-01-01 01:00:00 UTC", "2024-01-01 02:00:00 UTC"],
        ["2024-01-01 00:00:00+0000", "2024-01-01 01:00:00+0000", "2024-01-01 02:00:00+0000"],
        ["2024-01-01 02:00:00+02:00", "2024-01-01 03:00:00+02:00", "2024-01-01 04:00:00+02:00"],
    ],
    ids=str,
)
def test_times_in_any_usual_form(save: Save, times: list[object]) -> None:
    assert_bars(read_bars_file(save(csv(times)), "1h"))


@pytest.mark.parametrize(
    "header",
    [
        "timestamp,open,high,low,close,volume\n",
        "open_time,open,high,low,close,vol\n",
        "Date,Open,High,Low,Close,Volume\n",
        "Open Time,Open,High,Low,Close,Volume BTC\n",
        "datetime,o,h,l,c,v\n",
        ",open,high,low,close,volume\n",
        "\ufeffunix,open,high,low,close,volume\n",
        '"time","open","high","low","close","volume"\n',
        "https://www.example.org\ntime,open,high,low,close,volume\n",
        "",
    ],
)
def test_headers_in_any_usual_form(save: Save, header: str) -> None:
    assert_bars(read_bars_file(save(csv(list(TIMES), header)), "1h"))


def test_columns_in_any_order_and_more_than_needed(save: Save) -> None:
    lines = ["volume usdt,volume btc,close,low,high,open,date,trades,unix\n"]
    for time, (open_, high, low, close, volume) in zip(TIMES, VALUES, strict=True):
        lines.append(f"1,{volume},{close},{low},{high},{open_},text,7,{time}\n")
    with pytest.raises(BarsFileError, match="time was 'text'"):
        read_bars_file(save("".join(lines)), "1h")
    lines[0] = lines[0].replace("date", "symbol")
    assert_bars(read_bars_file(save("".join(lines)), "1h"))


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(save: Save, delimiter: str) -> None:
    assert_bars(read_bars_file(save(csv(list(TIMES)).replace(",", delimiter)), "1h"))


def test_gzipped_and_windows_line_ends(save: Save) -> None:
    text = csv(list(TIMES)).replace("\n", "\r\n")
    assert_bars(read_bars_file(save(text, "bars.v1.csv.gz"), "1h"))


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_pandas_frames_with_their_index(
    tmp_path: Path, suffix: str, index: bool, zone: str | None
) -> None:
    times = pd.to_datetime(TIMES, unit="ms", utc=True).tz_convert(zone)
    frame = pd.DataFrame(VALUES, columns=["Open", "High", "Low", "Close", "Volume"], index=times)
    if not index:
        frame = frame.rename_axis("Date").reset_index()
    path = tmp_path / f"frame{suffix}"
    table = pa.Table.from_pandas(frame)
    if suffix == ".parquet":
        pq.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path)
    assert_bars(read_bars_file(path, "1h"))


@pytest.mark.parametrize("kind", ["int64", "string", "float64", "timestamp[s]", "timestamp[ns]"])
def test_parquet_times_of_any_type(tmp_path: Path, kind: str) -> None:
    times = pa.array(TIMES, pa.timestamp("ms"))
    column = times.cast(pa.int64()) if kind in {"int64", "string", "float64"} else times
    columns = [column.cast(kind), *map(pa.array, zip(*VALUES, strict=True))]
    path = tmp_path / "bars.parquet"
    pq.write_table(pa.table(columns, ["time", "open", "high", "low", "close", "volume"]), path)
    assert_bars(read_bars_file(path, "1h"))


def test_dates_alone_are_days(tmp_path: Path, save: Save) -> None:
    days = ["2024-01-01", "2024-01-02", "2024-01-03"]
    bars = read_bars_file(save(csv(list(days))), "1d")
    assert bars.time.tolist() == [FIRST, FIRST + 24 * HOUR, FIRST + 48 * HOUR]
    dates = pa.array(bars.time, pa.timestamp("ms")).cast(pa.date32())
    columns = [dates, *map(pa.array, zip(*VALUES, strict=True))]
    names = ["Date", "Open", "High", "Low", "Close", "Volume"]
    pq.write_table(pa.table(columns, names), tmp_path / "days.parquet")
    assert read_bars_file(tmp_path / "days.parquet", "1d").time.tolist() == bars.time.tolist()


def test_weeks_open_on_monday(save: Save) -> None:
    mondays = ["2024-01-01", "2024-01-08", "2024-01-15"]
    assert len(read_bars_file(save(csv(list(mondays))), "1w")) == 3
    thursdays = ["2024-01-04", "2024-01-11", "2024-01-18"]
    with pytest.raises(BarsFileError, match="no bar of 1w opens at 2024-01-04"):
        read_bars_file(save(csv(list(thursdays))), "1w")


def test_large_file_is_read_in_blocks(save: Save, make_bars: Callable[..., Bars]) -> None:
    bars = make_bars(50_000)
    rows = zip(*(column.tolist() for column in bars.columns()), strict=True)
    text = "time,open,high,low,close,volume\n" + "".join(
        f"{','.join(map(repr, row))}\n" for row in rows
    )
    assert len(text) > 3 * 2**20
    again = read_bars_file(save(text), "1m")
    pairs = zip(bars.columns(), again.columns(), strict=True)
    assert all(one.tobytes() == two.tobytes() for one, two in pairs)
    broken = text.splitlines(keepends=True)
    broken[40_000] = broken[40_000].replace(",", ",x", 1)
    with pytest.raises(BarsFileError) as refused:
        read_bars_file(save("".join(broken)), "1m")
    assert refused.value.line == 40_001
