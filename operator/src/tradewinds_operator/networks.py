"""Who may talk to whom: the parts of NetworkPolicies.

A bot reaches its gateway and its collector, a gateway the exchange, and nobody reaches a database
who has no business there. Networks see addresses behind Services, so the API server and a database
outside the cluster are addresses and ports, not names.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tradewinds_crds.names import LABEL_COMPONENT, LABEL_PART_OF, PART_OF
from tradewinds_operator.children import child, selector
from tradewinds_operator.settings import Settings
from tradewinds_operator.world import Resource

_NAMESPACE_LABEL: Final = "kubernetes.io/metadata.name"
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_POSTGRES: Final = 5432
_HTTPS: Final = 443
_API_SERVER_PORTS: Final = (443, 6443)
_DNS: Final = 53

Rule = dict[str, Any]
Peer = dict[str, Any]


def policy(owner: Resource, name: str, ingress: list[Rule], egress: list[Rule]) -> dict[str, Any]:
    """Return the NetworkPolicy of an owner's pods; what no rule allows is refused."""
    spec = {
        "podSelector": {"matchLabels": selector(owner)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress,
        "egress": [_dns(), *egress],
    }
    return child(owner, "networking.k8s.io/v1", "NetworkPolicy", name, {"spec": spec})


def incoming(port: int, *peers: Peer) -> Rule:
    return {"from": list(peers), "ports": [_tcp(port)]}


def outgoing(port: int, *peers: Peer) -> Rule:
    return {"to": list(peers), "ports": [_tcp(port)]}


def pods(component: str) -> Peer:
    """Return our pods of that component, in the policy's own namespace."""
    labels = {LABEL_COMPONENT: component, LABEL_PART_OF: PART_OF}
    return {"podSelector": {"matchLabels": labels}}


def namespace(name: str) -> Peer:
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE_LABEL: name}}}


def addresses(cidrs: Iterable[str]) -> list[Peer]:
    return [{"ipBlock": {"cidr": one}} for one in cidrs]


def scrapers(settings: Settings) -> list[Peer]:
    """Return who reads /metrics."""
    return [namespace(name) for name in settings.metrics_namespaces]


def to_database(dsn: str) -> Rule:
    """Return the way to the store: its namespace if it is a Service, else its port anywhere."""
    parts = urlsplit(dsn)
    labels = (parts.hostname or "").split(".")
    inside = labels[2:3] == ["svc"]
    peers = [namespace(labels[1])] if inside else addresses(_EVERYWHERE)
    return outgoing(parts.port or _POSTGRES, *peers)


def to_api_server(settings: Settings) -> Rule:
    """Return the way to the API server; not knowing its addresses, its usual ports anywhere."""
    peers = addresses(settings.api_server_cidrs or _EVERYWHERE)
    return {"to": peers, "ports": [_tcp(port) for port in _API_SERVER_PORTS]}


def to_exchanges(settings: Settings) -> Rule:
    return outgoing(_HTTPS, *addresses(settings.exchange_cidrs))


def _dns() -> Rule:
    return {"ports": [{"protocol": name, "port": _DNS} for name in ("UDP", "TCP")]}


def _tcp(port: int) -> Mapping[str, Any]:
    return {"protocol": "TCP", "port": port}
