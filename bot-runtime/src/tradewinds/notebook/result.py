"""What a notebook gets back: the answer of the command line, as DataFrames and charts."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pandas as pd

from tradewinds.backtesting.report import report
from tradewinds.engine.outcome.results import FillLine, OrderLine, Trade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure


class Result:
    """A finished run; `answer` is the object that `tradewinds backtest --json` prints."""

    def __init__(self, answer: Mapping[str, Any], held: Sequence[float]) -> None:
        self.answer = answer
        self._held = held

    @property
    def order_hash(self) -> str:
        """The hash of all orders and fills: the same as that of the command line and the bot."""
        return str(self.answer["orderHash"])

    @property
    def name(self) -> str:
        return str(self.answer["name"])

    @cached_property
    def stats(self) -> pd.DataFrame:
        """Every figure by its name: of the strategy, and of buying and holding instead."""
        figures = {"strategy": self.answer["stats"], "buyAndHold": self.answer["buyAndHold"]}
        return pd.DataFrame(figures, index=list(self.answer["stats"]), dtype="float64")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Round trips; times are opens of the filling bars, NaT while a trade is open.

        Legs of a joint position say in `joint` which one they belong to.
        """
        frame = self._table("trades", Trade, "entryTime", "exitTime")
        return frame.drop(columns="joint") if frame["joint"].isna().all() else frame

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Orders; `time` is the close that decided."""
        return self._table("orders", OrderLine, "time")

    @cached_property
    def fills(self) -> pd.DataFrame:
        """Fills; `time` is the open of the bar that filled."""
        return self._table("fills", FillLine, "time")

    @cached_property
    def equity(self) -> pd.DataFrame:
        """Equity at each close, and that of buying and holding instead."""
        times = [time for time, _ in self.answer["equity"]]
        columns = {
            "equity": [value for _, value in self.answer["equity"]],
            "buyAndHold": self._held,
        }
        index = pd.to_datetime(times, unit="ms", utc=True).rename("time")
        return pd.DataFrame(columns, index=index, dtype="float64")

    def plot(self) -> Figure:
        """Draw price with trades, equity and drawdown; a notebook shows what is returned."""
        from tradewinds.reporting import figure  # noqa: PLC0415 - loads matplotlib

        return figure(self.answer)

    @overload
    def to_html(self) -> str: ...

    @overload
    def to_html(self, path: str | Path) -> None: ...

    def to_html(self, path: str | Path | None = None) -> str | None:
        """Return the report, one page that needs no network, or write it to a file if one is named.

        As with pandas, a call that writes returns nothing, so that no cell prints a whole page.
        """
        from tradewinds.reporting import html  # noqa: PLC0415 - loads jinja2

        page = html([self.answer])
        if path is None:
            return page
        Path(path).write_text(page, encoding="utf-8")
        return None

    def __repr__(self) -> str:
        return f"{report(self.answer)}\norders {self.order_hash[:8]}"

    def _table(self, key: str, row: type, *times: str) -> pd.DataFrame:
        columns = [camel(field.name) for field in fields(row)]
        frame = pd.DataFrame(list(self.answer[key]), columns=columns)
        for name in times:
            frame[name] = pd.to_datetime(frame[name], unit="ms", utc=True)
        return frame


def camel(name: str) -> str:
    """Return a field's name as answers write it: `entry_time` is `entryTime`."""
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)
