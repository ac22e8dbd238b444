"""What a gateway counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from tradewinds.gateway.core.events import (
    IntentDenied,
    LedgerEvent,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderNotSent,
    OrderPlaced,
    OrderRejected,
    SessionGranted,
)

_PREFIX_DIGITS = 12  # of the head's hash, whole in a float


class Meters:
    """The gateway's metrics, in the registry of its process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.orders = Counter(
            "tradewinds_gateway_orders",
            "Orders by what came of them.",
            ["outcome"],
            registry=registry,
        )
        self.denied = Counter(
            "tradewinds_gateway_denied", "Intents denied, by code.", ["code"], registry=registry
        )
        self.fills = Counter(
            "tradewinds_gateway_fills", "Fills, by kind.", ["kind"], registry=registry
        )
        self.sessions = Counter(
            "tradewinds_gateway_sessions", "Sessions granted.", registry=registry
        )
        self.halts = Gauge(
            "tradewinds_gateway_halts_active", "Halts that are latched.", registry=registry
        )
        self.head = Gauge(
            "tradewinds_gateway_ledger_head", "Number of the last event.", registry=registry
        )
        self.hash = Gauge(
            "tradewinds_gateway_ledger_head_hash",
            "The first 48 bits of the hash of the last event, as a number.",
            registry=registry,
        )
        self.append = Histogram(
            "tradewinds_gateway_append_seconds",
            "Time to commit a batch of events.",
            registry=registry,
            buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0),
        )

    def count(self, event: LedgerEvent) -> None:
        """Count a new event."""
        match event:
            case OrderAccepted():
                self.orders.labels("accepted").inc()
            case IntentDenied():
                self.denied.labels(event.code).inc()
            case OrderPlaced() | OrderRejected() | OrderNotSent() | OrderCancelled():
                self.orders.labels(event.kind).inc()
            case OrderFilled():
                self.fills.labels(event.fill).inc()
            case SessionGranted():
                self.sessions.inc()
            case _:
                pass

    def at(self, number: int, digest: str) -> None:
        """Publish where the ledger stands."""
        self.head.set(number)
        self.hash.set(int(digest[:_PREFIX_DIGITS], 16))
