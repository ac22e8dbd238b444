"""Certificates and kubeconfigs: who is who in the cluster.

Each part has a name of its own, as on a real cluster, so that the audit log tells who wrote.
"""

import base64
import json
from pathlib import Path
from typing import Any

from tradewinds_e2e.cluster.layout import API_URL, FIRST_SERVICE, NODE, NODE_ADDRESS, Layout
from tradewinds_e2e.servers.certificates import Pair, issue, make_authority, make_key

_SERVER_NAMES = [
    *(f"DNS:{name}" for name in ("localhost", "kubernetes", "kubernetes.default")),
    *(f"DNS:kubernetes.default.svc{end}" for end in ("", ".cluster.local")),
    *(f"IP:{address}" for address in ("127.0.0.1", FIRST_SERVICE, NODE_ADDRESS)),
]
_NODE_NAMES = [f"DNS:{NODE}", "IP:127.0.0.1", f"IP:{NODE_ADDRESS}"]
_KEDA_NAMES = ["DNS:keda-operator.keda.svc", "DNS:keda-operator.keda.svc.cluster.local"]
# Who asks the API server, and the subject by which it knows them.
CLIENTS = {
    "admin": "/O=system:masters/CN=admin",
    "kube-controller-manager": "/CN=system:kube-controller-manager",
    "kube-scheduler": "/CN=system:kube-scheduler",
    "kube-proxy": "/CN=system:kube-proxy",
    "kubelet": f"/O=system:nodes/CN=system:node:{NODE}",
    "local-path-provisioner": "/O=system:masters/CN=local-path-provisioner",
    "kubelet-client": "/O=system:masters/CN=kube-apiserver-kubelet-client",
}


def make_identities(layout: Layout) -> None:
    """Make all certificates and kubeconfigs, unless they are there."""
    if layout.kubeconfig.exists():
        return
    folder = layout.certificates
    authority = make_authority(folder)
    make_key(service_account_key(layout))
    issue(folder, authority, "apiserver", "/CN=kube-apiserver", ",".join(_SERVER_NAMES))
    issue(folder, authority, "keda", "/CN=keda-operator", ",".join(_KEDA_NAMES))
    for name, subject in CLIENTS.items():
        names = _NODE_NAMES if name == "kubelet" else [f"DNS:{name}"]
        pair = issue(folder, authority, name, subject, ",".join(names))
        _write(layout.kubeconfig_of(name), kubeconfig(name, authority, pair))
    # Last, since its presence says that all the others are there.
    layout.kubeconfig_of("admin").rename(layout.kubeconfig)


def service_account_key(layout: Layout) -> Path:
    """Return the key that signs the tokens of ServiceAccounts."""
    return layout.certificates / "service-account.key"


def pair_of(layout: Layout, name: str) -> Pair:
    """Return where a certificate and its key are."""
    return Pair(layout.certificates / f"{name}.crt", layout.certificates / f"{name}.key")


def kubeconfig(name: str, authority: Pair, pair: Pair) -> dict[str, Any]:
    """Return a kubeconfig for one identity."""
    cluster = {"server": API_URL, "certificate-authority-data": _base64(authority.certificate)}
    user = {
        "client-certificate-data": _base64(pair.certificate),
        "client-key-data": _base64(pair.key),
    }
    context = {"cluster": "tradewinds", "user": name}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tradewinds",
        "clusters": [{"name": "tradewinds", "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": "tradewinds", "context": context}],
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2))


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
