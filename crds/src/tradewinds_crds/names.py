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
LABEL_SIZE_CLASS: Final = f"{GROUP}/size-class"  # of a worker: Small, Standard or Large
LABEL_COMPONENT: Final = "app.kubernetes.io/component"
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
LABEL_PART_OF: Final = "app.kubernetes.io/part-of"
PART_OF: Final = "tradewinds"

# What each resource's pods and Services are called; names take up to 40 characters, so every child
# stays within the 52 that a StatefulSet may have.
CHILD_PREFIXES: Final = {
    Kind.STRATEGY: "bot",
    Kind.EXCHANGE_ACCOUNT: "gateway",
    Kind.MARKET_FEED: "feed",
}
PORT: Final = 8080  # of every pod: API, health and metrics
DESK_PORT: Final = 8081  # of a gateway: what people and the operator read
AUDIENCE: Final = "tradewinds-gateway"  # of the projected tokens by which bots prove who they are

# Kubernetes ServiceAccounts that the chart makes in each namespace that trades.
GATEWAY_ACCOUNT: Final = "tradewinds-gateway"
BOT_ACCOUNT: Final = "tradewinds-bot"  # of bots and collectors: no rights at all
WORKER_ACCOUNT: Final = "tradewinds-worker"  # beside the operator; of workers: no rights at all

# Annotations of what the operator makes.
ANNOTATION_GENERATION: Final = f"{GROUP}/generation"  # of the spec that a pod runs
ANNOTATION_TEMPLATE: Final = f"{GROUP}/template"  # hash of what makes a new bot
ANNOTATION_APPLIED: Final = f"{GROUP}/applied"  # hash of what the operator declared last

# Annotations that people set.
ANNOTATION_ROLL_OUT: Final = f"{GROUP}/roll-out"  # generation of a Strategy that may take over now

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
SINGLE_FEED: Final = "SingleFeed"  # of a Strategy: one feed has its bars, or the first serves
ADOPTED: Final = "Adopted"  # of a Strategy: it took over what a deleted one of its name held
HALTED: Final = "Halted"  # of an ExchangeAccount


def child_name(kind: Kind, name: str) -> str:
    """Return the name of the StatefulSet, and of the Service, that is made for a resource."""
    return f"{CHILD_PREFIXES[kind]}-{name}"


def pod_name(kind: Kind, name: str) -> str:
    """Return the name of a resource's only pod."""
    return f"{child_name(kind, name)}-0"


def service_url(kind: Kind, namespace: str, name: str, port: int = PORT) -> str:
    """Return where a resource's pod is served inside the cluster."""
    return f"http://{child_name(kind, name)}.{namespace}.svc:{port}"
