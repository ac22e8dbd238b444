"""PostgreSQL's binary COPY format, converted by NumPy as a whole.

A row of columns of eight bytes that are never null always has the same length: a count, then a
length and a big-endian value for each column. A timestamp is microseconds since 2000.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_TRAILER: Final = b"\xff\xff"
_EPOCH_MS: Final = 946_684_800_000  # 2000-01-01
_COUNT: Final = [("columns", ">i2")]
_ROWS_A_BLOCK: Final = 50_000


class BinaryCopy:
    """Rows of a table: `time` in ms, then whole numbers and floats (`i`, `f`) by their names."""

    def __init__(self, **kinds: str) -> None:
        self._kinds = {"time": "i", **kinds}
        self._fields = [
            field
            for name, kind in self._kinds.items()
            for field in ((f"{name}_bytes", ">i4"), (name, f">{kind}8"))
        ]
        self._row = np.dtype(_COUNT + self._fields)

    async def encoded(
        self, columns: Sequence[NDArray[Any]], key: Sequence[str] = ()
    ) -> AsyncIterator[bytes]:
        """Yield the bytes of a COPY FROM in blocks; the texts of `key` come first in each row."""
        yield _SIGNATURE
        texts = [text.encode() for text in key]
        for start in range(0, len(columns[0]), _ROWS_A_BLOCK):
            block = [column[start : start + _ROWS_A_BLOCK] for column in columns]
            yield self._rows(block, texts).tobytes()
        yield _TRAILER

    def decoded(self, data: bytearray) -> list[NDArray[Any]]:
        """Return the columns in the bytes of a COPY TO."""
        end = len(data) - len(_TRAILER)
        framed = data.startswith(_SIGNATURE) and data.endswith(_TRAILER)
        if not framed or (end - len(_SIGNATURE)) % self._row.itemsize:
            raise ValueError("these are not the bytes of a binary COPY of such rows")
        count = (end - len(_SIGNATURE)) // self._row.itemsize
        rows = np.frombuffer(data, self._row, count, len(_SIGNATURE))
        time = rows["time"].astype(np.int64) // 1000 + _EPOCH_MS
        others = list(self._kinds.items())[1:]
        return [time, *(rows[name].astype(f"{kind}8") for name, kind in others)]

    def _rows(self, columns: Sequence[NDArray[Any]], key: Sequence[bytes]) -> NDArray[np.void]:
        texts = [
            field
            for place, text in enumerate(key)
            for field in ((f"{place}_bytes", ">i4"), (f"{place}", f"S{len(text)}"))
        ]
        rows = np.empty(len(columns[0]), np.dtype(_COUNT + texts + self._fields))
        rows["columns"] = len(key) + len(self._kinds)
        for place, text in enumerate(key):
            rows[f"{place}_bytes"] = len(text)
            rows[f"{place}"] = text
        for name, column in zip(self._kinds, columns, strict=True):
            rows[f"{name}_bytes"] = 8
            rows[name] = (column - _EPOCH_MS) * 1000 if name == "time" else column
        return rows
