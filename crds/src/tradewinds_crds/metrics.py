"""The one list of metric names, for manifests, JSON results and reports, with their definitions.

A metric has the same name in `acceptance`, in `optimization.objective`, in `--json` and in a
report. Percent metrics are written as `20%` in a manifest and are fractions in JSON.
"""

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["percent", "ratio", "count", "money", "bars", "days"]
Better = Literal["higher", "lower"]
Group = Literal["curve", "trades", "comparison", "trials"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a run: what it says and how it is made, its unit, and which end is better."""

    name: str
    unit: Unit
    better: Better
    sentence: str
    definition: str
    group: Group

    @property
    def in_percent(self) -> bool:
        return self.unit == "percent"


_CURVE: Final[tuple[tuple[str, Unit, Better, str, str], ...]] = (
    (
        "totalReturn", "percent", "higher", "Final equity over capital, less one.",
        "equity at the end / capital - 1",
    ),
    (
        "annualReturn", "percent", "higher", "Return of a year at the same growth (CAGR).",
        "(equity at the end / capital) ** (1 / years) - 1",
    ),
    (
        "volatility", "percent", "lower", "Deviation of daily returns, over a year.",
        "deviation of daily returns x sqrt(days a year)",
    ),
    (
        "sharpe", "ratio", "higher", "Mean over deviation of daily returns, over a year.",
        "mean / deviation of daily returns x sqrt(days a year); without a riskless rate",
    ),
    (
        "sortino", "ratio", "higher", "As Sharpe, over the deviation of losses alone.",
        "mean / sqrt(mean of min(return, 0) squared) of daily returns x sqrt(days a year)",
    ),
    (
        "calmar", "ratio", "higher", "Annual return over maximum drawdown.",
        "annualReturn / maxDrawdown",
    ),
    (
        "omega", "ratio", "higher", "Daily gains over daily losses.",
        "sum of the daily returns above 0 / - sum of those below 0",
    ),
    (
        "maxDrawdown", "percent", "lower", "Largest fall of equity from a peak.",
        "largest 1 - equity / highest equity before it, over all closes; positive",
    ),
    (
        "drawdownDays", "days", "lower", "How long the largest fall lasted.",
        "days from the last close at the peak of maxDrawdown to its lowest close",
    ),
    (
        "recoveryDays", "days", "lower", "How long it took to make the largest fall good.",
        ("days from the lowest close of maxDrawdown to the first close at its peak again; "
         "not defined if there is none"),
    ),
    (
        "drawdownBars", "bars", "lower", "Longest time below a peak of equity.",
        "most bar sets in a row below the highest equity before them",
    ),
    (
        "valueAtRisk", "percent", "lower", "Loss that one day in twenty exceeds (VaR 95 %).",
        "- 5 % quantile of daily returns, interpolated linearly; from 20 days on",
    ),
    (
        "conditionalValueAtRisk", "percent", "lower", "Mean loss of the worst days (CVaR 95 %).",
        "- mean of the lowest 5 % of the daily returns, a day at the edge in part; from 20 days on",
    ),
    (
        "skewness", "ratio", "higher", "Whether large days are gains (positive) or losses.",
        "mean of ((return - mean) / population deviation) ** 3 of daily returns; from 4 days on",
    ),
    (
        "kurtosis", "ratio", "lower", "How much of the risk is in few large days; 3 for a normal.",
        "mean of ((return - mean) / population deviation) ** 4 of daily returns; from 4 days on",
    ),
    (
        "exposure", "percent", "lower", "Share of bars with a position open.",
        "bar sets with a position at their close / bar sets",
    ),
)  # fmt: skip
_TRADES: Final[tuple[tuple[str, Unit, Better, str, str], ...]] = (
    (
        "trades", "count", "higher", "Round trips that were closed.",
        "times that the position in a symbol became flat",
    ),
    (
        "winRate", "percent", "higher", "Share of trades that gained after fees.",
        "closed trades with a profit above 0 / closed trades",
    ),
    (
        "profitFactor", "ratio", "higher", "Gains of trades over their losses.",
        "sum of profits above 0 / - sum of those below 0",
    ),
    (
        "expectancy", "money", "higher", "Mean profit of a trade, after fees.",
        "mean profit of closed trades",
    ),
    (
        "sqn", "ratio", "higher", "System quality number: how sure the mean profit is.",
        "sqrt(trades) x mean / deviation of the profits of closed trades (Van Tharp)",
    ),
    (
        "averageTrade", "percent", "higher", "Mean return of a trade, after fees.",
        "mean of profit / cost of closed trades; cost: quantity x entry price",
    ),
    (
        "bestTrade", "percent", "higher", "Return of the best trade, after fees.",
        "largest profit / cost of closed trades",
    ),
    (
        "worstTrade", "percent", "higher", "Return of the worst trade, after fees.",
        "smallest profit / cost of closed trades",
    ),
    (
        "averageBars", "bars", "lower", "Mean length of a trade.",
        "mean of bars between the first and the last fill of closed trades",
    ),
    (
        "longestBars", "bars", "lower", "Length of the longest trade.",
        "most bars between the first and the last fill of a closed trade",
    ),
    (
        "averageMae", "percent", "lower", "Mean of how far the price went against a trade (MAE).",
        "mean over closed trades of the furthest move against them / first price",
    ),
    (
        "averageMfe", "percent", "higher", "Mean of how far the price went for a trade (MFE).",
        "mean over closed trades of the furthest move for them / first price",
    ),
    (
        "turnover", "ratio", "lower", "Traded notional over capital.",
        "sum of quantity x price of all fills / capital",
    ),
    (
        "fees", "money", "lower", "Fees that were paid.",
        "sum of the fees of all fills",
    ),
    (
        "fundingPaid", "money", "lower", "Funding that perpetuals paid, less what they received.",
        "sum of notional x rate at each funding time with a position",
    ),
    (
        "liquidations", "count", "lower", "Trades that ended in a liquidation.",
        "closed trades whose last fill was a liquidation",
    ),
)  # fmt: skip
_COMPARISONS: Final[tuple[tuple[str, Unit, Better, str, str], ...]] = (
    (
        "buyAndHold", "percent", "higher", "Return of holding the symbols instead.",
        ("return of equal parts of the capital held in each symbol from its first open on, "
         "without costs"),
    ),
    (
        "excessReturn", "percent", "higher", "Total return less buy and hold.",
        "totalReturn - buyAndHold",
    ),
    (
        "alpha", "percent", "higher", "Return of a year that buy and hold does not explain.",
        "(mean of daily returns - beta x mean of those of buy and hold) x days a year",
    ),
    (
        "beta", "ratio", "lower", "How far buy and hold pulls the result along.",
        "covariance of daily returns with those of buy and hold / variance of the latter",
    ),
)  # fmt: skip
_TRIALS: Final[tuple[tuple[str, Unit, Better, str, str], ...]] = (
    (
        "deflatedSharpe", "ratio", "higher", "Sharpe's probability after all trials.",
        ("probability that sharpe is above the best that as many trials without skill would show, "
         "given number, skewness and kurtosis of daily returns (Bailey, López de Prado 2014)"),
    ),
    (
        "overfitProbability", "ratio", "lower", "Chance that the best trial was luck.",
        ("share of the ways to halve the period in which the best trial of one half is below the "
         "median in the other (CSCV; Bailey, Borwein, López de Prado, Zhu 2015)"),
    ),
)  # fmt: skip

_GROUPS: Final[tuple[tuple[Group, tuple[tuple[str, Unit, Better, str, str], ...]], ...]] = (
    ("curve", _CURVE),
    ("trades", _TRADES),
    ("comparison", _COMPARISONS),
    ("trials", _TRIALS),
)
METRICS: Final = {row[0]: Metric(*row, group) for group, rows in _GROUPS for row in rows}
