"""Where a gateway is reached: bots on `http`, people and the operator on `desk`.

Its address is published before it is ready: readiness is for people, and a bot or a replay that
waits for its gateway should find it.
"""

from typing import Any

from tradewinds_crds.names import DESK_PORT, PORT, Kind, child_name
from tradewinds_operator.children import child, selector
from tradewinds_operator.world import Resource


def service(account: Resource) -> dict[str, Any]:
    spec = {
        "selector": selector(account),
        "publishNotReadyAddresses": True,
        "ports": [
            {"name": name, "port": port, "protocol": "TCP", "targetPort": name}
            for name, port in (("http", PORT), ("desk", DESK_PORT))
        ],
    }
    name = child_name(Kind.EXCHANGE_ACCOUNT, account["metadata"]["name"])
    return child(account, "v1", "Service", name, {"spec": spec})
