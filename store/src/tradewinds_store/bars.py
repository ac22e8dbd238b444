"""Bars as columns: what imports write, and what collectors and backtests read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Bars of one series, oldest first; all columns have the same length."""

    time: NDArray[np.int64]  # open time, UTC milliseconds
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]  # base currency

    def __len__(self) -> int:
        return len(self.time)
