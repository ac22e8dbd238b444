"""Closed months of bars as Parquet files that are written once and never changed.

A file is complete and durable before it gets its name, and every name is new, so that a reader
who was told of a file never sees another one under the same name.
"""

import errno
import os
import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tradewinds_store.bars import COLUMNS, VALUES, Bars
from tradewinds_store.columns import to_arrow, to_numpy
from tradewinds_store.embedded.database import sync_folder
from tradewinds_store.errors import DamagedBarsError

SUFFIX = ".parquet"
_ENCODINGS = {"time": "DELTA_BINARY_PACKED", **dict.fromkeys(VALUES, "BYTE_STREAM_SPLIT")}


def write_month(folder: Path, month: int, bars: Bars) -> str:
    """Write bars to a new file, durable when this returns, and return its name."""
    year, zero_based = divmod(month, 12)
    stem = f"{1970 + year:04}-{zero_based + 1:02}-{secrets.token_hex(4)}"
    unfinished = folder / f"{stem}.tmp"
    table = pa.Table.from_arrays([to_arrow(one) for one in bars.columns()], names=list(COLUMNS))
    with unfinished.open("xb") as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_dictionary=False,
            column_encoding=_ENCODINGS,
            write_page_checksum=True,
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / f"{stem}{SUFFIX}")
    sync_folder(folder)
    return f"{stem}{SUFFIX}"


def read_month(path: Path) -> Bars:
    """Read a whole file; FileNotFoundError when it is gone."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(columns=list(COLUMNS), use_threads=False)
    except FileNotFoundError as error:  # Arrow's own does not say which
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path)) from error
    except (pa.ArrowException, OSError) as error:
        raise DamagedBarsError(path, f"the Parquet file cannot be read ({error})") from error
    time, *values = (to_numpy(table.column(name).combine_chunks()) for name in COLUMNS)
    return Bars(
        time.astype(np.int64, copy=False), *(v.astype(np.float64, copy=False) for v in values)
    )


def sweep(folder: Path, listed: set[str]) -> None:
    """Remove files that no catalogue lists: replaced ones, and what a crash left."""
    for path in folder.iterdir():
        if path.suffix in {SUFFIX, ".tmp"} and path.name not in listed:
            path.unlink(missing_ok=True)
