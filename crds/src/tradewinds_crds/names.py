"""The names that all parts share: API group, kinds, labels, annotations and finalizers.

A name that two processes must spell alike stands here once.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GROUP: Final = "tradewinds.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"
CATEGORY: Final = "tradewinds"
DEFAULT_NAMESPACE: Final = "default"


class Kind(StrEnum):
    STRATEGY = "Strategy"
    BACKTEST = "Backtest"
    EXCHANGE_ACCOUNT = "ExchangeAccount"
    MARKET_FEED = "MarketFeed"
    TRADING_HALT = "TradingHalt"


@dataclass(frozen=True, slots=True)
class KindNames:
    """How one kind is spelled in URLs, on the command line and in folders."""

    kind: Kind
    plural: str
    short: str
    namespaced: bool = True

    @property
    def singular(self) -> str:
        return self.kind.value.lower()

    @property
    def crd(self) -> str:
        return f"{self.plural}.{GROUP}"


KINDS: Final = {
    names.kind: names
    for names in (
        KindNames(Kind.STRATEGY, "strategies", "strat"),
        KindNames(Kind.BACKTEST, "backtests", "bt"),
        KindNames(Kind.EXCHANGE_ACCOUNT, "exchangeaccounts", "xa"),
        KindNames(Kind.MARKET_FEED, "marketfeeds", "feed"),
        KindNames(Kind.TRADING_HALT, "tradinghalts", "halt", namespaced=False),
    )
}

# Labels on everything that is made for a resource.
LABEL_STRATEGY: Final = f"{GROUP}/strategy"
LABEL_BACKTEST: Final = f"{GROUP}/backtest"
LABEL_ACCOUNT: Final = f"{GROUP}/account"
LABEL_FEED: Final = f"{GROUP}/feed"
LABEL_COMPONENT: Final = "app.kubernetes.io/component"
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
LABEL_PART_OF: Final = "app.kubernetes.io/part-of"
PART_OF: Final = "tradewinds"

# Why a deletion waits.
FINALIZER_ORDERS: Final = f"{GROUP}/orders"  # a Strategy until its onDelete is done
FINALIZER_IN_USE: Final = f"{GROUP}/in-use"  # an ExchangeAccount while Strategies name it

# Conditions that each kind's status may have.
READY: Final = "Ready"
STALLED: Final = "Stalled"
RECONCILING: Final = "Reconciling"
COMPLETE: Final = "Complete"
FAILED: Final = "Failed"
ACCEPTED: Final = "Accepted"  # of a Backtest
FLAT: Final = "Flat"  # of a Strategy: no position is open
HALTED: Final = "Halted"  # of an ExchangeAccount
