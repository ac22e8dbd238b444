"""What a collector counts."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

_PREFIX: Final = "tradewinds_collect"


class CollectMetrics:
    """The collector's own series in the process's registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.closed_through = Gauge(
            f"{_PREFIX}_closed_through_milliseconds",
            "The last close passed, UTC milliseconds; no bar up to it will come any more.",
            ["timeframe"],
            registry=registry,
        )
        self.served = Counter(
            f"{_PREFIX}_bars_served", "Bars sent to followers, all answers.", registry=registry
        )
        self.waited_for = Gauge(
            f"{_PREFIX}_followers_waited_for",
            "Strategies and gateways that hold the replay now.",
            registry=registry,
        )
