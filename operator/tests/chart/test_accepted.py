"""The API server takes every object that the chart renders."""

import json

import pytest
from rendered import HOME, VALUES, Helm, values

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.setup.cluster import KEDA

KEDA_CRDS = KEDA.folder / "crds"
PROMETHEUS = {"ServiceMonitor", "PodMonitor", "PrometheusRule"}  # served by another operator


@pytest.fixture(scope="module")
def server(kubernetes: ApiServer) -> ApiServer:
    if KEDA_CRDS.exists():
        kubernetes.kubectl("apply", "--server-side", "-f", str(KEDA_CRDS))
        wait = ("wait", "--for=condition=Established", "--timeout=30s")
        kubernetes.kubectl(*wait, "crd/scaledjobs.keda.sh", "crd/triggerauthentications.keda.sh")
    for name in (HOME, "trading", "trading-staging"):
        kubernetes.call("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    account = {"metadata": {"name": "tradewinds-test"}}  # a pod is taken only after its account
    kubernetes.call("POST", f"/api/v1/namespaces/{HOME}/serviceaccounts", account)
    return kubernetes


@pytest.mark.parametrize("name", VALUES)
def test_api_server_takes_every_object(helm: Helm, server: ApiServer, name: str) -> None:
    unserved = PROMETHEUS | (
        set() if KEDA_CRDS.exists() else {"ScaledJob", "TriggerAuthentication"}
    )
    objects = [one for one in helm.template(*values(name)) if one["kind"] not in unserved]
    apply = ("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-")
    taken = server.kubectl(
        *apply, stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    )
    assert len(taken.splitlines()) == len(objects)
