"""What a notebook gets back: the answer of the command line, as DataFrames and charts."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradewinds.backtesting.report import report
from tradewinds.engine.results import FillLine, OrderLine, Trade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure


class Result:
    """A finished run; `answer` is the object that `tradewinds backtest --json` prints."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer

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
        """Round trips; times are opens of the filling bars, NaT while a trade is open."""
        return self._table("trades", Trade, "entryTime", "exitTime")

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
        columns = {"equity": dict(self.answer["equity"])}
        held = self.answer.get("charts", {}).get("held")
        if held:
            columns["buyAndHold"] = dict(held)
        frame = pd.DataFrame(columns)
        frame.index = pd.to_datetime(frame.index, unit="ms", utc=True).rename("time")
        return frame

    def plot(self) -> Figure:
        """Draw price with trades, equity and drawdown; a notebook shows what is returned."""
        from tradewinds.reporting import figure  # noqa: PLC0415 - loads matplotlib

        return figure(self.answer)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return the report, one page that needs no network; write it to a file, too, if named."""
        from tradewinds.reporting import html  # noqa: PLC0415 - loads jinja2

        page = html([self.answer])
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

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
