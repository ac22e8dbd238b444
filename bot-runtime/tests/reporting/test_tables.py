import csv
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from answers import START, an_answer

from tradewinds.reporting import write


def test_csv_has_every_row_with_its_run_and_iso_times(tmp_path: Path) -> None:
    answers = [an_answer(trades=20, name="one"), an_answer(trades=30, name="two", seed=2)]
    files = write(answers, tmp_path / "new" / "tables", "csv")
    assert [path.name for path in files] == ["trades.csv", "equity.csv", "orders.csv", "fills.csv"]
    with files[0].open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["run"] for row in rows] == ["one"] * 20 + ["two"] * 30
    trade = answers[0]["trades"][3]
    assert float(rows[3]["profit"]) == trade["profit"]
    assert datetime.fromisoformat(rows[3]["entryTime"]).timestamp() * 1000 == trade["entryTime"]
    assert rows[-1]["exitTime"] == ""


def test_parquet_has_the_same_tables_with_types(tmp_path: Path) -> None:
    answer = an_answer(bars=500, trades=20)
    files = write([answer], tmp_path, "parquet")
    tables = {path.stem: pq.read_table(path) for path in files}
    assert set(tables) == {"trades", "equity", "orders", "fills"}
    equity = tables["equity"]
    assert equity.column("equity").to_pylist() == [value for _, value in answer["equity"]]
    assert equity.column("time")[0].as_py() == datetime.fromtimestamp(START / 1000 + 3600, UTC)
    trades = tables["trades"].to_pylist()
    assert [one["profit"] for one in trades] == [one["profit"] for one in answer["trades"]]
    assert trades[-1]["exitTime"] is None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_table_that_no_answer_has_is_left_out_and_one_without_rows_is_empty(
    kind: str, tmp_path: Path
) -> None:
    files = write([an_answer(trades=0, without=["orders"])], tmp_path, kind)  # type: ignore[arg-type] # parametrized
    assert sorted(path.stem for path in files) == ["equity", "fills", "trades"]


def test_parts_of_a_trade_are_json_in_their_cell(tmp_path: Path) -> None:
    answer = an_answer(trades=1)
    answer["trades"][0]["exits"] = [{"share": 0.5}]
    file = write([answer], tmp_path, "csv")[0]
    with file.open(newline="") as text:
        assert next(csv.DictReader(text))["exits"] == '[{"share": 0.5}]'
