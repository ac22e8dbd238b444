"""The one list of metric names, for manifests, JSON results and reports.

A metric has the same name in `acceptance`, in `optimization.objective`, in `--json` and in a
report. Percent metrics are written as `20%` in a manifest and are fractions in JSON.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a run: what it says, how it is written, and which end is the better one."""

    name: str
    unit: Literal["percent", "ratio", "count", "money", "bars"]
    better: Literal["higher", "lower"]
    sentence: str

    @property
    def in_percent(self) -> bool:
        return self.unit == "percent"


METRICS: Final = {
    metric.name: metric
    for metric in (
        Metric("totalReturn", "percent", "higher", "Final equity over capital, less one."),
        Metric("annualReturn", "percent", "higher", "Return of a year at the same growth."),
        Metric("volatility", "percent", "lower", "Deviation of daily returns, over a year."),
        Metric("sharpe", "ratio", "higher", "Mean over deviation of daily returns, over a year."),
        Metric("sortino", "ratio", "higher", "As Sharpe, over the deviation of losses alone."),
        Metric("calmar", "ratio", "higher", "Annual return over maximum drawdown."),
        Metric("maxDrawdown", "percent", "lower", "Largest fall of equity from a peak."),
        Metric("drawdownBars", "bars", "lower", "Longest time below a peak of equity."),
        Metric("trades", "count", "higher", "Round trips that were closed."),
        Metric("winRate", "percent", "higher", "Share of trades that gained after fees."),
        Metric("profitFactor", "ratio", "higher", "Gains of trades over their losses."),
        Metric("expectancy", "money", "higher", "Mean profit of a trade, after fees."),
        Metric("averageBars", "bars", "lower", "Mean length of a trade."),
        Metric("longestBars", "bars", "lower", "Length of the longest trade."),
        Metric("exposure", "percent", "lower", "Share of bars with a position open."),
        Metric("turnover", "ratio", "lower", "Traded notional over capital."),
        Metric("fees", "money", "lower", "Fees that were paid."),
        Metric("buyAndHold", "percent", "higher", "Return of holding the symbols instead."),
        Metric("excessReturn", "percent", "higher", "Total return less buy and hold."),
        Metric("deflatedSharpe", "ratio", "higher", "Sharpe's probability after all trials."),
        Metric("overfitProbability", "ratio", "lower", "Chance that the best trial was luck."),
    )
}
