"""The compiled backtest: the engine's own texts, compiled by Numba, with the engine's results.

Whatever it cannot compile is run by the event loop of the engine: slower, with the same result.
A bot never loads this package.
"""

from __future__ import annotations

from tradewinds.kernel.choice import quickest
from tradewinds.kernel.running.single import run
from tradewinds.kernel.running.sweep import Sweep, sweep
from tradewinds.kernel.support import runs

__all__ = ["Sweep", "quickest", "run", "runs", "sweep"]
