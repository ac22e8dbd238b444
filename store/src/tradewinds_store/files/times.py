"""Times as files write them, as milliseconds since 1970 in UTC.

Bars open on whole milliseconds, so that anything finer is a mistake in them. Trades and payments
happen at any time: of theirs the milliseconds are kept.
"""

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
_NS = 1_000_000
_ROUNDING = 2e-4  # of a millisecond: what a time in seconds loses as a float
_EXPECTED = "expected seconds to nanoseconds since 1970, or a time like 2024-01-01 00:00:00"


class BadTimeError(Exception):
    """A value in a column of times is none; `row` counts from 0."""

    def __init__(self, row: int, value: object) -> None:
        super().__init__(f"time was {str(value)!r}, {_EXPECTED}.")
        self.row = row


def milliseconds(column: Any, *, cut: bool = False) -> NDArray[np.int64]:
    """Convert an Arrow array of epochs, texts, dates or timestamps; raises `BadTimeError`.

    With `cut`, what is finer than a millisecond is left out; else it is refused.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.null_count:
        row = pc.index(pc.is_null(column), value=True).as_py()
        raise BadTimeError(row, "")
    if not len(column):
        return np.empty(0, np.int64)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _from_text(column, cut)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _from_epoch(column, to_numpy(column), cut)
    return _moments(column, None, cut)


def _from_text(column: Any, cut: bool) -> NDArray[np.int64]:
    column = pc.utf8_trim_whitespace(column)
    first = column[0].as_py()
    if _NUMBER.fullmatch(first):
        broken = pc.any(pc.match_substring_regex(column, "[.eE]")).as_py()
        values = _cast(column, pa.float64() if broken else pa.int64())
        return _from_epoch(column, values, cut)
    column = pc.replace_substring_regex(column, r" ?UTC$", "Z")
    zone = _ZONE.search(column[0].as_py(), _DATE_LENGTH)
    return _moments(column, "UTC" if zone else None, cut)


def _moments(column: Any, zone: str | None, cut: bool) -> NDArray[np.int64]:
    if not cut:
        return _cast(column, pa.timestamp("ms", zone))
    nanoseconds: NDArray[np.int64] = _cast(column, pa.timestamp("ns", zone))
    return nanoseconds // _NS


def _from_epoch(column: Any, values: NDArray[Any], cut: bool) -> NDArray[np.int64]:
    size = np.abs(values)
    _refuse(column, ~np.isfinite(values))
    if values.dtype.kind == "f":  # seconds with a fraction; whole numbers are exact up to 2**53
        scaled = values * 1000
        scaled = np.floor(scaled + _ROUNDING) if cut else np.rint(scaled)
        values = np.where(size < _BELOW_MS, scaled, values)
    else:
        values = np.where(size < _BELOW_MS, values.astype(np.int64) * 1000, values)
    divisor = np.select([size < _BELOW_US, size < _BELOW_NS], [1, 1_000], _NS)
    whole = values.astype(np.int64)
    if not cut:
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
