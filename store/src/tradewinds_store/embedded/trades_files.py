"""Days of trades as Parquet files that are written once and never changed.

A file is in groups of rows by time: a reader of one bar's trades reads the groups that it needs and
not the day.
"""

import errno
import os
import secrets
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tradewinds_store.columns import to_arrow, to_numpy
from tradewinds_store.embedded.bars_files import SUFFIX
from tradewinds_store.embedded.database import sync_folder
from tradewinds_store.errors import DamagedTradesError
from tradewinds_store.trades import COLUMNS, Trades

_GROUP: Final = 65_536  # rows that are read together


def write_day(folder: Path, day: int, trades: Trades) -> str:
    """Write trades to a new file, durable when this returns, and return its name."""
    date = np.datetime64(day, "D")
    stem = f"{date}-{secrets.token_hex(4)}"
    unfinished = folder / f"{stem}.tmp"
    table = pa.Table.from_arrays([to_arrow(one) for one in trades.columns()], names=list(COLUMNS))
    with unfinished.open("xb") as file:
        pq.write_table(
            table, file, row_group_size=_GROUP, compression="zstd", write_page_checksum=True
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / f"{stem}{SUFFIX}")
    sync_folder(folder)
    return f"{stem}{SUFFIX}"


def read_day(path: Path, start: int, end: int) -> Trades:
    """Return the trades of a file with `start <= time < end`; FileNotFoundError when it is gone."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            groups = [at for at in range(file.num_row_groups) if _meets(file, at, start, end)]
            table = file.read_row_groups(groups, columns=list(COLUMNS), use_threads=False)
    except FileNotFoundError as error:  # Arrow's own does not say which
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path)) from error
    except (pa.ArrowException, OSError) as error:
        raise DamagedTradesError(path, f"the Parquet file cannot be read ({error})") from error
    columns = (to_numpy(table.column(name).combine_chunks()) for name in COLUMNS)
    return Trades(*columns).between(start, end)


def _meets(file: pq.ParquetFile, group: int, start: int, end: int) -> bool:
    found = file.metadata.row_group(group).column(0).statistics
    return bool(found.max >= start and found.min < end)
