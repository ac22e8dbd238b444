"""Figures as a reader meets them: in groups, with a label, a unit and their definition.

Names, units and sentences are those of the contract's one list; a figure that the list does not
know is shown with the words of its name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds_crds.metrics import METRICS

Number = float | int | None
NOTHING: Final = "\N{EN DASH}"
SIGNED: Final = frozenset(
    {
        "totalReturn", "annualReturn", "buyAndHold", "excessReturn", "alpha", "averageTrade",
        "bestTrade", "worstTrade", "share",
    }
)  # fmt: skip
UNITS: Final = {"profit": "money"}  # of figures outside the list
FALLS: Final = frozenset({"maxDrawdown"})  # positive in answers, shown as the falls they are
LABELS: Final = {
    "annualReturn": "Return a year",
    "averageMae": "Average MAE",
    "averageMfe": "Average MFE",
    "buyAndHold": "Buy and hold",
    "conditionalValueAtRisk": "CVaR 95 %",
    "deflatedSharpe": "Deflated Sharpe",
    "mae": "MAE",
    "mfe": "MFE",
    "sqn": "SQN",
    "valueAtRisk": "VaR 95 %",
}
GROUPS: Final = (
    ("Return", r"totalReturn|annualReturn|buyAndHold|excessReturn|alpha|beta|benchmark.*"),
    ("Ratios", r"sharpe|sortino|calmar|omega|sqn|deflatedSharpe|overfitProbability"),
    ("Risk", r"volatility|.*[dD]rawdown.*|recovery.*|exposure|.*[vV]alueAtRisk|skew.*|kurtosis"),
    ("Costs", r"fees|funding.*|turnover|slippage.*"),
    ("Trades", r".*"),
)
KEY: Final = ("totalReturn", "maxDrawdown", "sharpe", "trades", "winRate", "profitFactor")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure's value and its text."""

    value: Number
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one or several columns: runs, or a run beside buy and hold."""

    name: str
    label: str
    definition: str
    columns: tuple[Shown, ...]


def groups(columns: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Figure]]]:
    """Return the figures of all columns, grouped; a figure stands once, in the first that fits."""
    columns = list(columns)
    names = _in_order({name: None for column in columns for name in column})
    found: dict[str, list[Figure]] = {title: [] for title, _ in GROUPS}
    for name in names:
        title = next(title for title, words in GROUPS if re.fullmatch(words, name))
        found[title].append(figure(name, columns))
    return [(title, figures) for title, figures in found.items() if figures]


def figure(name: str, columns: Iterable[Mapping[str, Any]]) -> Figure:
    """Return one figure of all columns."""
    shown = tuple(Shown(_number(one.get(name)), text(name, one.get(name))) for one in columns)
    return Figure(name, label(name), definition(name), shown)


def filled(rows: Iterable[Figure]) -> bool:
    """Say whether a group has a value in any column behind the first."""
    return any(shown.value is not None for row in rows for shown in row.columns[1:])


def label(name: str) -> str:
    """Return a name as words: `maxDrawdown` is "Max drawdown"."""
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: " " + match[1].lower(), name)
    return LABELS.get(name, words[:1].upper() + words[1:])


def definition(name: str) -> str:
    """Return what a figure says and how it is made; empty where nobody has said it."""
    metric = METRICS.get(name)
    return f"{metric.sentence} {metric.definition}." if metric else ""


def text(name: str, value: Any) -> str:
    """Return a value as people read it; a dash where it is not defined."""
    number = _number(value)
    if number is None:
        return NOTHING if value is None else str(value)
    unit = METRICS[name].unit if name in METRICS else UNITS.get(name, "number")
    if unit == "percent":
        return percent(-number if name in FALLS else number, signed=name in SIGNED | FALLS)
    if unit in {"money", "ratio"}:
        return _signed(f"{number:,.2f}")
    if isinstance(number, int) or number.is_integer():
        return _signed(f"{int(number):,}")
    return _signed(f"{number:,.1f}" if unit in {"bars", "days"} else f"{number:,.4g}")


def percent(value: float, *, signed: bool = True) -> str:
    """Write a fraction in percent, with a true minus sign."""
    return _signed(f"{value + 0.0:+,.2%}" if signed else f"{value:,.2%}")


def _signed(written: str) -> str:
    return written.replace("-", "\N{MINUS SIGN}")


def moment(time: float) -> str:
    """Write a UTC time in milliseconds, without a clock at midnight."""
    at = datetime.fromtimestamp(time / 1000, UTC)
    return f"{at:%Y-%m-%d}" if time % 86_400_000 == 0 else f"{at:%Y-%m-%d %H:%M}"


def _in_order(names: Mapping[str, None]) -> list[str]:
    """Put the names of the contract's list first, in its order."""
    return [*(name for name in METRICS if name in names), *(n for n in names if n not in METRICS)]


def _number(value: Any) -> Number:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
