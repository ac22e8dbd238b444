"""Times as files write them, as milliseconds since 1970 in UTC."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tradewinds_store.columns import to_numpy

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_ZONE = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)$")
_DATE_LENGTH = len("2024-01-01")
# Epochs tell their unit by their size: the year 5138 in seconds is 1973 in milliseconds, and so on.
_BELOW_MS = 1e11
_BELOW_US = 1e14
_BELOW_NS = 1e17
_EXPECTED = "expected seconds to nanoseconds since 1970, or a time like 2024-01-01 00:00:00"


class BadTimeError(Exception):
    """A value in a column of times is none; `row` counts from 0."""

    def __init__(self, row: int, value: object) -> None:
        super().__init__(f"time was {str(value)!r}, {_EXPECTED}.")
        self.row = row


def milliseconds(column: Any) -> NDArray[np.int64]:
    """Convert an Arrow array of epochs, texts, dates or timestamps; raises `BadTimeError`."""
    if column.null_count:
        row = pc.index(pc.is_null(column), value=True).as_py()
        raise BadTimeError(row, "")
    if not len(column):
        return np.empty(0, np.int64)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _from_text(column)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _from_epoch(column, to_numpy(column))
    return _cast(column, pa.timestamp("ms"))


def _from_text(column: Any) -> NDArray[np.int64]:
    column = pc.replace_substring_regex(pc.utf8_trim_whitespace(column), r" ?UTC$", "Z")
    first = column[0].as_py()
    if _NUMBER.fullmatch(first):
        kind = pa.int64() if first.lstrip("+-").isdigit() else pa.float64()
        return _from_epoch(column, _cast(column, kind))
    zone = "UTC" if _ZONE.search(first, _DATE_LENGTH) else None
    return _cast(column, pa.timestamp("ms", zone))


def _from_epoch(column: Any, values: NDArray[Any]) -> NDArray[np.int64]:
    size = np.abs(values)
    _refuse(column, ~np.isfinite(values))
    if values.dtype.kind == "f":  # seconds with a fraction; whole numbers are exact up to 2**53
        values = np.where(size < _BELOW_MS, np.rint(values * 1000), values)
    else:
        values = np.where(size < _BELOW_MS, values.astype(np.int64) * 1000, values)
    divisor = np.select([size < _BELOW_US, size < _BELOW_NS], [1, 1_000], 1_000_000)
    whole = values.astype(np.int64)
    _refuse(column, whole % divisor != 0)
    times: NDArray[np.int64] = whole // divisor
    return times


def _refuse(column: Any, broken: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(broken)
    if rows.size:
        raise BadTimeError(int(rows[0]), column[int(rows[0])])


def _cast(column: Any, kind: Any) -> NDArray[Any]:
    try:
        cast = pc.cast(column, kind)
    except pa.ArrowInvalid as error:
        row = _first_failure(column, kind)
        raise BadTimeError(row, column[row]) from error
    except pa.ArrowNotImplementedError as error:
        raise BadTimeError(0, column[0]) from error
    return to_numpy(pc.cast(cast, pa.int64()) if pa.types.is_timestamp(kind) else cast)


def _first_failure(column: Any, kind: Any) -> int:
    good, bad = 0, len(column)  # rows before `good` convert; those before `bad` do not
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            pc.cast(column.slice(good, middle - good), kind)
        except pa.ArrowInvalid:
            bad = middle
        else:
            good = middle
    return good
