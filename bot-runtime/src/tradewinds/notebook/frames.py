"""From a DataFrame to the bars that a store would hold, refusing what would be guessed.

Times are open times, in a DatetimeIndex or a column of times, and know their zone. Columns are
found in any case. Nothing is sorted, filled or dropped in silence: each message says the pandas
line that does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from tradewinds.notebook.errors import FrameError
from tradewinds_crds.scalars import TIMEFRAMES, timeframe_ms
from tradewinds_store.bars import VALUES, Bars
from tradewinds_store.files.sanity import first_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMES: Final = ("time", "timestamp", "open_time", "datetime", "date")


def read_frame(frame: Any, symbol: str, timeframe: str | None) -> tuple[Bars, str]:
    """Return a symbol's bars and their timeframe, which is the least distance unless given."""
    if not isinstance(frame, pd.DataFrame):
        raise FrameError(
            f"bars of {symbol}: was {type(frame).__name__}, expected a pandas DataFrame with open,"
            " high, low, close, volume and a DatetimeIndex"
        )
    if frame.empty:
        raise FrameError(f"bars of {symbol}: the DataFrame has no rows")
    if timeframe is not None and timeframe not in TIMEFRAMES:
        raise FrameError(f"timeframe: was {timeframe!r}, expected one of {', '.join(TIMEFRAMES)}")
    times = _milliseconds(frame, symbol)
    bars = Bars(times, *(_column(frame, name, symbol) for name in VALUES))
    found = timeframe or _timeframe(times, symbol)
    problem = first_problem(bars, found)
    if problem is not None:
        row, text = problem
        where = "" if row is None else f"row {row}: "
        raise FrameError(f"bars of {symbol}: {where}{text}{_remedy(text)}")
    return bars, found


def _milliseconds(frame: pd.DataFrame, symbol: str) -> NDArray[np.int64]:
    times = _times(frame, symbol)
    if times.tz is None:
        raise FrameError(
            f"bars of {symbol}: its times have no zone, such as {times[0]}, expected ones that"
            " know theirs. If they are UTC: df = df.tz_localize('UTC')"
        )
    if times.hasnans:
        row = int(np.flatnonzero(times.isna())[0])
        raise FrameError(
            f"bars of {symbol}: row {row}: the time is missing. Drop such rows:"
            " df = df[df.index.notna()]"
        )
    found: NDArray[np.int64] = times.tz_convert("UTC").as_unit("ms").asi8.copy()
    return found


def _times(frame: pd.DataFrame, symbol: str) -> pd.DatetimeIndex:
    if isinstance(frame.index, pd.DatetimeIndex):
        return frame.index
    plain = {str(name).strip().lower(): name for name in frame.columns}
    name = next((plain[one] for one in TIMES if one in plain), None)
    if name is None:
        raise FrameError(
            f"bars of {symbol}: the index is {type(frame.index).__name__} and there is no column"
            f" {', '.join(TIMES)}. Set one: df.index = pd.to_datetime(df.index, utc=True)"
        )
    column = frame[name]
    if not isinstance(column.dtype, pd.DatetimeTZDtype) and column.dtype.kind != "M":
        raise FrameError(
            f"bars of {symbol}: column {name!r} was {column.dtype}, expected times. Convert it:"
            f" df[{name!r}] = pd.to_datetime(df[{name!r}], unit='ms', utc=True)"
        )
    return pd.DatetimeIndex(column)


def _column(frame: pd.DataFrame, name: str, symbol: str) -> NDArray[np.float64]:
    found = [one for one in frame.columns if str(one).strip().lower() == name]
    if len(found) != 1:
        there = ", ".join(str(one) for one in frame.columns)
        add = ". Without volumes: df['volume'] = 0" if name == "volume" else ""
        number = "no" if not found else "more than one"
        raise FrameError(
            f"bars of {symbol}: there is {number} column {name}, expected one of each of"
            f" {', '.join(VALUES)}; it has {there}{add}"
        )
    try:
        return frame[found[0]].to_numpy(dtype=np.float64, copy=True)
    except (TypeError, ValueError) as error:
        raise FrameError(
            f"bars of {symbol}: column {found[0]} was {frame[found[0]].dtype}, expected numbers:"
            f" {error}"
        ) from error


def _timeframe(times: NDArray[np.int64], symbol: str) -> str:
    if len(times) == 1:
        raise FrameError(
            f"bars of {symbol}: one row does not show how long a bar is. Say timeframe='1h'"
        )
    steps = np.abs(np.diff(times))
    least = int(steps[steps > 0].min()) if (steps > 0).any() else 0
    found = next((name for name in TIMEFRAMES if timeframe_ms(name) == least), None)
    if found is None:
        raise FrameError(
            f"bars of {symbol}: they stand {least / 1000:g} s apart, expected one of"
            f" {', '.join(TIMEFRAMES)}. Say timeframe='1h', or resample them"
        )
    return found


def _remedy(text: str) -> str:
    if "twice" in text:
        return " df = df[~df.index.duplicated()]"
    if "Sort" in text:
        return " df = df.sort_index()"
    if "or empty" in text:
        return " Drop such rows, a gap is a gap: df = df.dropna()"
    return ""
