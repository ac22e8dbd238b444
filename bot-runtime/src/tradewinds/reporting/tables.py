"""Trades, equity, orders and fills as CSV and Parquet: a file each, whose column `run` says which.

Columns keep the names of the JSON. Times are UTC: ISO 8601 in CSV, timestamps in Parquet.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any, Final

from tradewinds.reporting.reading import Answer
from tradewinds.reporting.titles import titles

TABLES: Final = ("trades", "equity", "orders", "fills")
TIMES: Final = frozenset({"time", "entryTime", "exitTime"})
Row = Mapping[str, Any]


def csv_files(answers: Sequence[Answer]) -> dict[str, bytes]:
    """Return the content of each file by its name."""
    return {f"{name}.csv": _csv(rows) for name, rows in _tables(answers).items()}


def parquet_files(answers: Sequence[Answer]) -> dict[str, bytes]:
    """Return the content of each file by its name."""
    return {f"{name}.parquet": _parquet(rows) for name, rows in _tables(answers).items()}


def _tables(answers: Sequence[Answer]) -> dict[str, list[Row]]:
    """Return the rows of all runs by table; a table that no answer has is left out."""
    found: dict[str, list[Row]] = {}
    for answer, run in zip(answers, titles(answers), strict=True):
        for name in TABLES:
            if name in answer:
                found.setdefault(name, []).extend(
                    {"run": run, **_row(name, one)} for one in answer[name]
                )
    return found


def _row(name: str, one: Any) -> Row:
    return {"time": one[0], "equity": one[1]} if name == "equity" else one


def _columns(rows: Sequence[Row]) -> list[str]:
    """Return the columns of all rows; of no rows there is only that of the run."""
    return list(dict.fromkeys(["run", *(name for row in rows for name in row)]))


def _csv(rows: Sequence[Row]) -> bytes:
    out = StringIO(newline="")
    columns = _columns(rows)
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_text(name, row.get(name)) for name in columns] for row in rows)
    return out.getvalue().encode()


def _text(name: str, value: Any) -> Any:
    if name in TIMES and value is not None:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return what a cell can hold: parts of parts are JSON."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def _parquet(rows: Sequence[Row]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - same

    columns = {name: [_plain(row.get(name)) for row in rows] for name in _columns(rows)}
    times = pa.timestamp("ms", tz="UTC")
    table = pa.table(
        {
            name: pa.array(values, times if name in TIMES else None)
            for name, values in columns.items()
        }
    )
    out = BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
