"""What a new cluster is given: storage, names, KEDA; and whether all of that is ready."""

import base64
import json
from pathlib import Path
from typing import Any

from tradewinds_e2e.cluster.access import DEPLOYMENTS, Cluster
from tradewinds_e2e.cluster.configuration import STORAGE_NAMESPACE
from tradewinds_e2e.cluster.identities import pair_of
from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.setup.cluster import KEDA

_MANIFESTS = Path(__file__).parent / "manifests"
_APPLY = ("apply", "--server-side", "--force-conflicts", "--field-manager=tradewinds-cluster")


def apply_objects(cluster: Cluster, layout: Layout) -> None:
    """Apply everything; what is there is left or mended."""
    first = [_namespace(name) for name in (STORAGE_NAMESPACE, "keda")]
    _apply(cluster, [*first, _keda_certificates(layout)])
    cluster.kubectl(*_APPLY, "--filename", str(KEDA.folder / "crds"))
    cluster.kubectl(*_APPLY, "--filename", str(_MANIFESTS))


def unready(cluster: Cluster) -> str:
    """Name a node or part that is not ready; nothing when all are."""
    answer = cluster.kubectl("get", "nodes,deployments.apps", "--all-namespaces", "-o", "json")
    return first_unready(json.loads(answer)["items"])


def first_unready(items: list[dict[str, Any]]) -> str:
    """Name what is missing or not ready among all nodes and Deployments of a cluster."""
    nodes = [item for item in items if item["kind"] == "Node"]
    places = {_place(item): item for item in items if item["kind"] == "Deployment"}
    if not nodes:
        return "the first node"
    waiting = [f"the node {item['metadata']['name']}" for item in nodes if not _is_ready_node(item)]
    for name, place in DEPLOYMENTS.items():
        if place not in places or not _is_ready_deployment(places[place]):
            waiting.append(name)
    return next(iter(waiting), "")


def _place(item: dict[str, Any]) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _is_ready_node(item: dict[str, Any]) -> bool:
    conditions = item.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _is_ready_deployment(item: dict[str, Any]) -> bool:
    status = item.get("status", {})
    is_seen: bool = status.get("observedGeneration") == item["metadata"]["generation"]
    ready: int = status.get("readyReplicas", 0)
    return is_seen and ready > 0


def _apply(cluster: Cluster, items: list[dict[str, Any]]) -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    cluster.kubectl(*_APPLY, "--filename", "-", stdin=text)


def _namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _keda_certificates(layout: Layout) -> dict[str, Any]:
    pair, authority = pair_of(layout, "keda"), pair_of(layout, "ca")
    files = {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": authority.certificate}
    data = {name: base64.b64encode(path.read_bytes()).decode() for name, path in files.items()}
    metadata = {"name": "kedaorg-certs", "namespace": "keda"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
