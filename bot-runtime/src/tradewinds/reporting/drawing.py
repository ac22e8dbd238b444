"""Charts on matplotlib axes, for paper and notebooks, in the colours of the page."""

import math
from collections.abc import Sequence
from typing import Any, Final

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FuncFormatter

from tradewinds.reporting import figures, months
from tradewinds.reporting.curves import DAY
from tradewinds.reporting.view import View

INK, QUIET, LINE, GRID = "#171b22", "#5c6573", "#e2e6ec", "#edf0f4"
OURS, HELD, UP, DOWN, OTHER = "#2458d3", "#8b95a5", "#0b8a68", "#c9402b", "#d9730d"
RUNS: Final = (OURS, OTHER, UP, "#a13fb5", DOWN, "#0f8fb0", "#7a6a00", "#6b7280")
STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.size": 8,
    "text.parse_math": False,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "pdf.fonttype": 42,
}
GAINS: Final = LinearSegmentedColormap.from_list("gains", ["#e9b0a6", "#ffffff", "#a3d3c4"])
CELLS: Final = LinearSegmentedColormap.from_list("cells", ["#f7f9fe", "#8aa6e8"])
FULL: Final = 0.125  # a month of this gain or loss has the whole colour


def equity(axes: Axes, run: View) -> None:
    """Draw equity against buy and hold."""
    axes.plot(
        _dates(run.equity.times), run.equity.values, color=OURS, linewidth=1, label="Strategy"
    )
    for line, color, label in (
        (run.held, HELD, "Buy & hold"),
        (run.benchmark, OTHER, run.heads[-1]),
    ):
        if line:
            axes.plot(_dates(line.times), line.values, color=color, linewidth=0.8, label=label)
    if run.held or run.benchmark:
        axes.legend(loc="upper left", ncols=3)
    currency = run.answer.get("currency", "")
    _finish(axes, f"Equity, {currency}" if currency else "Equity")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def drawdown(axes: Axes, run: View) -> None:
    """Draw how far equity lay below its peak."""
    dates = _dates(run.drawdown.times)
    axes.fill_between(dates, run.drawdown.values, 0, color=DOWN, alpha=0.16, linewidth=0)
    axes.plot(dates, run.drawdown.values, color=DOWN, linewidth=0.7)
    _finish(axes, "Below the peak", percent=True)


def price(axes: Axes, run: View, symbol: str) -> None:
    """Draw the price of a symbol with the trades on it."""
    rows = prices(run)[symbol]
    dates = _dates([row[0] for row in rows])
    axes.fill_between(
        dates, [row[3] for row in rows], [row[2] for row in rows], color=HELD, alpha=0.3,
        linewidth=0,
    )  # fmt: skip
    axes.plot(dates, [row[4] for row in rows], color=HELD, linewidth=0.7)
    ours = [one for one in run.answer["trades"] if one["symbol"] == symbol]
    size = 5 if len(ours) > 100 else 14  # noqa: PLR2004 - where marks begin to cover each other
    for gained, color in ((True, UP), (False, DOWN)):
        ends = [one for one in ours if one["exitTime"] and (one["profit"] >= 0) is gained]
        x = [
            point
            for one in ends
            for point in (one["entryTime"] / DAY, one["exitTime"] / DAY, math.nan)
        ]
        y = [point for one in ends for point in (one["entryPrice"], one["exitPrice"], math.nan)]
        axes.plot(x, y, color=color, linewidth=0.8)
    for side, color, mark in (("buy", UP, "^"), ("sell", DOWN, "v")):
        points = [point for one in ours for point in _marks(one, side)]
        axes.scatter(
            _dates([time for time, _ in points]), [value for _, value in points], color=color,
            marker=mark, s=size, linewidths=0, zorder=3,
        )  # fmt: skip
    _finish(axes, f"Trades on the price of {symbol}")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.8g}"))


def prices(run: View) -> dict[str, Any]:
    """Return the candles of each symbol that has some."""
    found = (run.answer.get("charts") or {}).get("prices") or {}
    return {symbol: rows for symbol, rows in found.items() if rows}


def exposure(axes: Axes, run: View) -> None:
    """Draw the share of equity in positions."""
    if run.exposure:
        dates = _dates(run.exposure.times)
        axes.fill_between(
            dates, run.exposure.values, step="post", color=OURS, alpha=0.18, linewidth=0
        )
        axes.step(dates, run.exposure.values, where="post", color=OURS, linewidth=0.7)
    axes.axhline(0, color=HELD, linewidth=0.6)
    _finish(axes, "Exposure, share of equity in positions at their last fill", percent=True)


def rolling(axes: Axes, run: View) -> None:
    """Draw Sharpe over the days before each day."""
    if run.rolling:
        axes.plot(_dates(run.rolling.times), run.rolling.values, color=OURS, linewidth=0.9)
    axes.axhline(0, color=HELD, linewidth=0.6)
    _finish(axes, f"Rolling Sharpe over {run.rolling_days} days")


def distribution(axes: Axes, run: View) -> None:
    """Draw how often returns were how large."""
    if run.returns is None:
        return
    edges, counts = run.returns
    width = edges[1] - edges[0]
    colors = [UP if edge >= 0 else DOWN for edge in edges[:-1]]
    axes.bar(edges[:-1], counts, width=width * 0.88, align="edge", color=colors)
    axes.set_title(f"Distribution of returns of {run.returns_of}")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.1%}"))


def month_table(axes: Axes, run: View) -> None:
    """Draw the table of months."""
    years = run.years[-10:]
    for y, year in enumerate(years):
        for x, value in enumerate(year.months):
            if value is not None:
                share = 0.5 + max(-0.5, min(value / FULL / 2, 0.5))
                _cell(axes, x, y, figures.percent(value), GAINS(share))
        axes.text(12.5, y + 0.5, figures.percent(year.total), ha="center", va="center",
                  fontsize=7, fontweight="bold", color=INK)  # fmt: skip
    _grid(axes, "Returns by month", [*months.NAMES, "Year"], [year.year for year in years])


def heat(axes: Axes, run: View) -> None:
    """Draw the heat map of parameters."""
    found = run.trials.heat if run.trials else None
    if found is None:
        return
    for y, (_, cells) in enumerate(found.rows):
        for x, cell in enumerate(cells):
            if cell:
                _cell(axes, x, y, cell.text, CELLS(cell.share), bold=cell.best)
    what = f"Best {figures.label(found.objective)}: {found.across} across"
    down = f", {found.down} down" if found.down else ""
    _grid(axes, what + down, found.columns, [name for name, _ in found.rows])


def walk(axes: Axes, run: View) -> None:
    """Draw the equity of all test windows in a row."""
    if run.walk and run.walk.equity:
        line = run.walk.equity
        axes.plot(_dates(line.times), line.values, color=OURS, linewidth=0.9)
    _finish(axes, "Walk-forward: equity of all tests in a row, out of sample")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def growth(axes: Axes, runs: Sequence[View], named: Sequence[str]) -> None:
    """Draw the growth of several runs."""
    for i, (run, name) in enumerate(zip(runs, named, strict=True)):
        values = [value / run.answer["capital"] - 1 for value in run.equity.values]
        color = RUNS[i % len(RUNS)]
        axes.plot(_dates(run.equity.times), values, color=color, linewidth=1, label=name)
    axes.axhline(0, color=HELD, linewidth=0.6)
    axes.legend(loc="upper left", ncols=2)
    _finish(axes, "Growth of the capital", percent=True)


def _marks(trade: Any, side: str) -> list[tuple[int, float]]:
    """Return where a trade bought or sold."""
    enters = (trade["side"] == "long") == (side == "buy")
    if enters:
        return [(trade["entryTime"], trade["entryPrice"])]
    return [(trade["exitTime"], trade["exitPrice"])] if trade["exitTime"] else []


def _cell(axes: Axes, x: int, y: int, text: str, color: Any, *, bold: bool = False) -> None:
    axes.fill([x + 0.02, x + 0.98, x + 0.98, x + 0.02], [y + 0.04, y + 0.04, y + 0.96, y + 0.96],
              color=color, linewidth=0)  # fmt: skip
    weight = "bold" if bold else "normal"
    axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=6.5, color=INK,
              fontweight=weight)  # fmt: skip


def _grid(axes: Axes, title: str, columns: Sequence[str], rows: Sequence[str]) -> None:
    axes.set_title(title, pad=16)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(max(len(rows), 3), 0)
    axes.set_xticks([x + 0.5 for x in range(len(columns))], columns)
    axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _finish(axes: Axes, title: str, *, percent: bool = False) -> None:
    axes.set_title(title)
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    axes.margins(x=0)
    if percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.3g}%"))


def _dates(times: Sequence[float]) -> list[float]:
    """Return days since 1970, which is how matplotlib counts time."""
    return [time / DAY for time in times]
