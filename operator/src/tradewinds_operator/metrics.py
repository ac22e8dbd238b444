"""What an administrator watches of the operator: turns, errors, the line, writes, and conditions.

`tradewinds_condition` is made from the cache when it is asked for: Ready of every resource, 1 when
it holds and 0 when it does not, and Stalled of those where it holds. So a healthy fleet costs one
series a resource.
"""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tradewinds_crds.names import KINDS, READY, STALLED
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Resource, ref_of

_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """All series of one operator, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.reconcile = Histogram(
            "tradewinds_operator_reconcile_seconds",
            "Time from taking a resource in hand to giving it back.",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.errors = Counter(
            "tradewinds_operator_errors",
            "Turns that ended in an error and are tried again.",
            ["kind"],
            registry=self.registry,
        )
        self.writes = Counter(
            "tradewinds_operator_api_writes",
            "Writes sent to the API server.",
            ["verb", "kind"],
            registry=self.registry,
        )
        self.depth = Gauge(
            "tradewinds_operator_queue_depth",
            "Resources that wait for a turn or have it.",
            registry=self.registry,
        )
        self.leads = Gauge(
            "tradewinds_operator_leads",
            "1 in the replica that acts, 0 in those that stand by.",
            registry=self.registry,
        )
        self.closed = Gauge(
            "tradewinds_operator_namespace_closed",
            "1 for a named namespace that cannot be looked into, as it is gone or the rights are.",
            ["namespace"],
            registry=self.registry,
        )
        for kind in KINDS:
            self.errors.labels(kind=kind.value)

    def show(self, resources: Callable[[], Iterable[Resource]]) -> None:
        """Show the conditions of these resources from now on."""
        self.registry.register(_Conditions(resources))


class _Conditions(Collector):
    def __init__(self, resources: Callable[[], Iterable[Resource]]) -> None:
        self._resources = resources

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return [self._family()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = self._family()
        for resource in self._resources():
            ref, status = ref_of(resource), resource.get("status", {})
            for kind in (READY, STALLED):
                found = find(status, kind)
                holds = found is not None and found["status"] == "True"
                if holds or (found is not None and kind == READY):
                    family.add_metric([*ref, kind], float(holds))
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "tradewinds_condition",
            "1 if the condition of the resource holds, 0 if not.",
            labels=["kind", "namespace", "name", "condition"],
        )
