"""Columns between NumPy and Arrow, without pandas.

Arrow's own conversions load pandas wherever that is installed, which takes a second and 40 MB: more
than a year of hourly bars does.
"""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_TYPES = {"i": pa.int64(), "f": pa.float64()}


def to_numpy(column: Any) -> NDArray[Any]:
    """Return an Arrow array of numbers, not copied if none is missing; missing floats are NaN."""
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(math.nan, column.type))
    values: NDArray[Any] = np.from_dlpack(column)
    return values


def to_arrow(column: NDArray[Any]) -> Any:
    """Return an array of int64 or float64 as Arrow's, without a copy."""
    kind = _TYPES[column.dtype.kind]
    plain = np.ascontiguousarray(column, f"{column.dtype.kind}8")
    return pa.Array.from_buffers(kind, len(plain), [None, pa.py_buffer(plain)])
