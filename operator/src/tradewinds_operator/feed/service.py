"""Where bots and gateways find a collector, ready or not: one that waits for them is not ready."""

from typing import Any

from tradewinds_crds.names import PORT, Kind, child_name
from tradewinds_operator.children import child, selector
from tradewinds_operator.world import Resource


def service(feed: Resource) -> dict[str, Any]:
    spec = {
        "selector": selector(feed),
        "publishNotReadyAddresses": True,
        "ports": [{"name": "http", "port": PORT, "protocol": "TCP", "targetPort": "http"}],
    }
    name = child_name(Kind.MARKET_FEED, feed["metadata"]["name"])
    return child(feed, "v1", "Service", name, {"spec": spec})
