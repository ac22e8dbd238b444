"""What is stored into a file that other tools read: CSV, Parquet or Feather, by its suffix."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tradewinds.process.exits import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewinds_store.bars import Bars
    from tradewinds_store.records import FundingRate


ID: Final = "id"  # the one column of whole numbers


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file shall hold: times in UTC milliseconds, and columns beside them with their names.

    A figure that is not known is None.
    """

    times: Sequence[int]
    columns: "dict[str, Sequence[float | None]]"

    @property
    def names(self) -> list[str]:
        return ["timestamp", *self.columns]

    def rows(self) -> "Iterable[tuple[Any, ...]]":
        """Yield the rows as text has them."""
        moments = (datetime.fromtimestamp(time / 1000, UTC).isoformat() for time in self.times)
        return zip(moments, *self.columns.values(), strict=True)


def sheet_of(bars: "Bars") -> Sheet:
    """Return bars as they are written."""
    names = ("open", "high", "low", "close", "volume")
    return Sheet(bars.time.tolist(), {name: getattr(bars, name).tolist() for name in names})


def sheet_of_rates(rates: "Sequence[FundingRate]") -> Sheet:
    """Return funding rates as they are written."""
    figures: dict[str, Sequence[float | None]] = {
        "funding_rate": [one.rate for one in rates],
        "mark_price": [one.mark for one in rates],
    }
    return Sheet([one.time for one in rates], figures)


def write_file(path: Path, sheet: Sheet) -> None:
    """Write a sheet beside `path` and rename: there is a whole file or none."""
    writer = _writer(path)
    if not path.parent.is_dir():
        raise InputError(f"{path}: the folder {path.parent} does not exist. Create it first.")
    part = path.with_name(f".{path.name}.part")
    try:
        writer(part, sheet)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: it cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


def _writer(path: Path) -> "Callable[[Path, Sheet], None]":
    for suffix, writer in WRITERS.items():
        if path.name.endswith(suffix):
            return writer
    raise InputError(
        f"{path}: the name ended in {path.suffix!r}, expected one of {', '.join(WRITERS)}"
    )


def _write_csv(path: Path, sheet: Sheet) -> None:
    with path.open("w", newline="", encoding="utf-8") as text:
        _write_text(text, sheet)


def _write_csv_gz(path: Path, sheet: Sheet) -> None:
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, newline="", encoding="utf-8") as text,
    ):
        _write_text(text, sheet)


def _write_text(text: Any, sheet: Sheet) -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.names)
    writer.writerows(sheet.rows())


def _table(sheet: Sheet) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and CSV does without

    time = pa.array(sheet.times, type=pa.timestamp("ms", tz="UTC"))
    kinds = (pa.int64() if name == ID else pa.float64() for name in sheet.columns)
    columns = map(pa.array, sheet.columns.values(), kinds)
    return pa.table([time, *columns], names=sheet.names)


def _write_parquet(path: Path, sheet: Sheet) -> None:
    from pyarrow import parquet  # noqa: PLC0415 - heavy, and CSV does without

    parquet.write_table(_table(sheet), path)


def _write_feather(path: Path, sheet: Sheet) -> None:
    from pyarrow import feather  # noqa: PLC0415 - heavy, and CSV does without

    feather.write_feather(_table(sheet), path)


WRITERS: Final = {
    ".csv": _write_csv,
    ".csv.gz": _write_csv_gz,
    ".parquet": _write_parquet,
    ".feather": _write_feather,
}
