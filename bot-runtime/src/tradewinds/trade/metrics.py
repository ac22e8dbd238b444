"""What a bot counts."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_PREFIX: Final = "tradewinds_trade"
_STEPS: Final = (50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 5e-3, 20e-3, 0.1, 1.0)


class TradeMetrics:
    """The bot's own series in the process's registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.decided_through = Gauge(
            f"{_PREFIX}_decided_through_milliseconds",
            "The last close decided and posted, UTC milliseconds.",
            registry=registry,
        )
        self.lag = Gauge(
            f"{_PREFIX}_lag_milliseconds",
            "From the last close folded to the last one that the collector has passed.",
            registry=registry,
        )
        self.decisions = Counter(
            f"{_PREFIX}_decisions",
            "Orders posted to the gateway, by what it answered.",
            ["outcome"],
            registry=registry,
        )
        self.bars = Counter(f"{_PREFIX}_bars", "Bar sets folded.", registry=registry)
        self.step = Histogram(
            f"{_PREFIX}_step_seconds",
            "Folding and deciding one bar set, without waiting.",
            buckets=_STEPS,
            registry=registry,
        )
