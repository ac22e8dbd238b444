"""Who reaches a collector, and whom it reaches: store, source, and the gateways that pace it."""

from typing import Any

from tradewinds_crds.names import PORT, Kind, child_name
from tradewinds_operator import networks
from tradewinds_operator.settings import Settings
from tradewinds_operator.world import Resource


def networkpolicy(settings: Settings, feed: Resource) -> dict[str, Any]:
    readers = [
        networks.pods("bot"),
        networks.pods("gateway"),
        networks.namespace(settings.namespace),
        *networks.scrapers(settings),
    ]
    egress = [networks.to_database(settings.collector_store.dsn)]
    if feed["spec"].get("replay"):
        egress.append(networks.outgoing(PORT, networks.pods("gateway")))
    else:
        egress.append(networks.to_exchanges(settings))
    name = child_name(Kind.MARKET_FEED, feed["metadata"]["name"])
    return networks.policy(feed, name, [networks.incoming(PORT, *readers)], egress)
