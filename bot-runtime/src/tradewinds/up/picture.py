"""The state of one `up` at a moment, for whoever shows it: terminal, lines or JSON."""

from dataclasses import astuple, dataclass, field, replace
from typing import Any

from tradewinds_crds.desk import money, positions, restraints


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A Strategy as a person wants to see it."""

    name: str
    mode: str
    position: str
    equity: str
    profit: str
    trades: str
    orders: str  # the order hash
    parity: str
    reason: str

    HEADER = (
        "STRATEGY",
        "MODE",
        "POSITION",
        "EQUITY",
        "P&L",
        "TRADES",
        "ORDERS",
        "PARITY",
        "REASON",
    )

    def cells(self) -> tuple[str, ...]:
        return astuple(replace(self, orders=self.orders[:8]))


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything there is to show. `feeds` and `backtests` are answers as they were given."""

    feeds: dict[str, dict[str, Any]] = field(default_factory=dict)
    strategies: tuple[StrategyRow, ...] = ()
    backtests: dict[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()  # processes that do not answer
    problems: tuple[str, ...] = ()


def strategy_row(status: dict[str, Any], *, parity: str, reason: str) -> StrategyRow:
    """Build a row from a gateway's status of one Strategy."""
    held = restraints(status)
    if reason and reason not in held:
        held.append(reason)
    return StrategyRow(
        name=status["name"],
        mode=status["mode"],
        position=positions(status["positions"]),
        equity=money(status["equity"]),
        profit=f"{status['profit']:+.2%}",
        trades=str(status["trades"]),
        orders=status["orderHash"],
        parity=parity or withheld(status),
        reason=", ".join(held),
    )


def withheld(status: dict[str, Any]) -> str:
    """Say why a Strategy is not compared with a backtest: `halted once`, `adopted`, or nothing."""
    if status["adoption"]["taken"]:
        return "adopted"
    cause = next(iter(status["heldBack"]), "")
    return f"{cause} once" if cause else ""


def waiting_row(name: str, reason: str) -> StrategyRow:
    """Build the row of a Strategy that no gateway has told of."""
    return StrategyRow(name, "", "", "", "", "", "", "", reason)
