"""Stored bars into a file that other tools read: CSV, Parquet or Feather, by its suffix."""

import csv
import gzip
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tradewinds.process.exits import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewinds_store.bars import Bars

COLUMNS: Final = ("timestamp", "open", "high", "low", "close", "volume")


def write_file(path: Path, bars: "Bars") -> None:
    """Write bars beside `path` and rename: there is a whole file or none."""
    writer = _writer(path)
    if not path.parent.is_dir():
        raise InputError(f"{path}: the folder {path.parent} does not exist. Create it first.")
    part = path.with_name(f".{path.name}.part")
    try:
        writer(part, bars)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: it cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


def _writer(path: Path) -> "Callable[[Path, Bars], None]":
    for suffix, writer in WRITERS.items():
        if path.name.endswith(suffix):
            return writer
    raise InputError(
        f"{path}: the name ended in {path.suffix!r}, expected one of {', '.join(WRITERS)}"
    )


def _rows(bars: "Bars") -> "zip[tuple[Any, ...]]":
    times = (datetime.fromtimestamp(t / 1000, UTC).isoformat() for t in bars.time.tolist())
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return zip(times, *(column.tolist() for column in columns), strict=True)


def _write_csv(path: Path, bars: "Bars") -> None:
    with path.open("w", newline="", encoding="utf-8") as text:
        _write_text(text, bars)


def _write_csv_gz(path: Path, bars: "Bars") -> None:
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, newline="", encoding="utf-8") as text,
    ):
        _write_text(text, bars)


def _write_text(text: Any, bars: "Bars") -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(bars))


def _table(bars: "Bars") -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and CSV does without

    time = pa.array(bars.time, type=pa.timestamp("ms", tz="UTC"))
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return pa.table([time, *map(pa.array, columns)], names=list(COLUMNS))


def _write_parquet(path: Path, bars: "Bars") -> None:
    from pyarrow import parquet  # noqa: PLC0415 - heavy, and CSV does without

    parquet.write_table(_table(bars), path)


def _write_feather(path: Path, bars: "Bars") -> None:
    from pyarrow import feather  # noqa: PLC0415 - heavy, and CSV does without

    feather.write_feather(_table(bars), path)


WRITERS: Final = {
    ".csv": _write_csv,
    ".csv.gz": _write_csv_gz,
    ".parquet": _write_parquet,
    ".feather": _write_feather,
}
