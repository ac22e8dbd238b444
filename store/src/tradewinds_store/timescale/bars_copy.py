"""Bars in PostgreSQL's binary COPY format, converted by NumPy as a whole.

A row of six columns that are never null is always 74 bytes: a count, then a length and a big-endian
value for each column. A timestamp is microseconds since 2000.
"""

from collections.abc import AsyncIterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tradewinds_store.bars import COLUMNS, Bars

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_TRAILER = b"\xff\xff"
_EPOCH_MS = 946_684_800_000  # 2000-01-01
_COUNT = [("columns", ">i2")]
_FIELDS = [
    field
    for name in COLUMNS
    for field in ((f"{name}_bytes", ">i4"), (name, ">i8" if name == "time" else ">f8"))
]
_ROW = np.dtype(_COUNT + _FIELDS)
_ROWS_A_BLOCK = 50_000


async def encoded(bars: Bars, key: Sequence[str] = ()) -> AsyncIterator[bytes]:
    """Yield the bytes of a COPY FROM in blocks; the texts of `key` come first in each row."""
    yield _SIGNATURE
    for start in range(0, len(bars), _ROWS_A_BLOCK):
        yield _rows(bars[start : start + _ROWS_A_BLOCK], [text.encode() for text in key]).tobytes()
    yield _TRAILER


def decoded(data: bytearray) -> Bars:
    """Return the bars in the bytes of a COPY TO."""
    end = len(data) - len(_TRAILER)
    framed = data.startswith(_SIGNATURE) and data.endswith(_TRAILER)
    if not framed or (end - len(_SIGNATURE)) % _ROW.itemsize:
        raise ValueError("these are not the bytes of a binary COPY of bars")
    count = (end - len(_SIGNATURE)) // _ROW.itemsize
    rows = np.frombuffer(data, _ROW, count, len(_SIGNATURE))
    time = rows["time"].astype(np.int64) // 1000 + _EPOCH_MS
    return Bars(time, *(rows[name].astype(np.float64) for name in COLUMNS[1:]))


def _rows(bars: Bars, key: Sequence[bytes]) -> NDArray[np.void]:
    texts = [
        field
        for place, text in enumerate(key)
        for field in ((f"{place}_bytes", ">i4"), (f"{place}", f"S{len(text)}"))
    ]
    rows = np.empty(len(bars), np.dtype(_COUNT + texts + _FIELDS))
    rows["columns"] = len(key) + len(COLUMNS)
    for place, text in enumerate(key):
        rows[f"{place}_bytes"] = len(text)
        rows[f"{place}"] = text
    for name, column in zip(COLUMNS, bars.columns(), strict=True):
        rows[f"{name}_bytes"] = 8
        rows[name] = (column - _EPOCH_MS) * 1000 if name == "time" else column
    return rows
