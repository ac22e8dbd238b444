"""Who reaches a gateway, and whom it reaches.

`kubectl tradewinds` comes to the desk through the API server, whose addresses no label selects:
where the network holds these too, they are the setting `apiServerCidrs`.
"""

from typing import Any

from tradewinds_crds.names import DESK_PORT, PORT, Kind, child_name
from tradewinds_operator import networks
from tradewinds_operator.settings import Settings
from tradewinds_operator.world import Resource


def networkpolicy(settings: Settings, account: Resource) -> dict[str, Any]:
    callers = [networks.pods("bot"), networks.pods("collector"), *networks.scrapers(settings)]
    desk = [
        networks.namespace(settings.namespace),
        *networks.addresses(settings.api_server_cidrs),
    ]
    egress = [
        networks.to_database(settings.gateway_store.dsn),
        networks.to_api_server(settings),
        networks.outgoing(PORT, networks.pods("collector")),
    ]
    if account["spec"]["environment"] != "Paper":
        egress.append(networks.to_exchanges(settings))
    ingress = [networks.incoming(PORT, *callers), networks.incoming(DESK_PORT, *desk)]
    name = child_name(Kind.EXCHANGE_ACCOUNT, account["metadata"]["name"])
    return networks.policy(account, name, ingress, egress)
