"""A worker's Job on a real API server: its schema, and a pod that `restricted` lets in."""

from dataclasses import replace
from typing import Any

import pytest
from backtest_scenes import CLUSTER
from scenery import SETTINGS

from tradewinds_crds.names import WORKER_ACCOUNT
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.backtest.job import job
from tradewinds_operator.differ import differs, stamped
from tradewinds_operator.settings import StoreAccess, Workers

HOME = "workers-home"
LEVELS = ("enforce", "warn")
STORE = StoreAccess("postgresql://tradewinds_worker@db:5432/tradewinds", "tradewinds-store-worker")
LARGE = {"requests": {"cpu": "8", "memory": "16Gi"}, "limits": {"memory": "16Gi"}}
HERE = replace(
    SETTINGS,
    namespace=HOME,
    worker_store=STORE,
    workers=Workers(mode="jobs", resources={"Large": LARGE}),
    pull_secrets=("registry",),
    node_selector={"disk": "fast"},
)


@pytest.fixture(scope="module")
def server(kubernetes: ApiServer) -> ApiServer:
    kubernetes.namespace(HOME)
    labels = [f"pod-security.kubernetes.io/{level}=restricted" for level in LEVELS]
    kubernetes.kubectl("label", "namespace", HOME, *labels)
    kubernetes.kubectl("create", "serviceaccount", WORKER_ACCOUNT, "-n", HOME)
    return kubernetes


@pytest.fixture
def made() -> dict[str, Any]:
    return stamped(job(HERE, CLUSTER, "Large", 1))


def test_job_is_taken_whole_and_differs_no_more(server: ApiServer, made: dict[str, Any]) -> None:
    path = f"/apis/batch/v1/namespaces/{HOME}/jobs?fieldValidation=Strict"
    answer = server.call("POST", path, made)
    assert answer.status == 201, answer.body
    assert not differs(made, answer.body)
    assert answer.body["spec"]["backoffLimit"] == 0
    assert answer.body["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_pod_is_let_into_a_restricted_namespace(server: ApiServer, made: dict[str, Any]) -> None:
    template = made["spec"]["template"]
    metadata = {**template["metadata"], "name": "one", "namespace": HOME}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    path = f"/api/v1/namespaces/{HOME}/pods?fieldValidation=Strict&dryRun=All"
    answer = server.call("POST", path, pod)
    assert answer.status == 201, answer.body


def test_worker_is_told_its_store_size_cluster_and_patience(made: dict[str, Any]) -> None:
    pod = made["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["args"] == [
        "work",
        *("--store", f"{STORE.dsn}?password_file=/etc/tradewinds/store/password"),
        *("--cluster", CLUSTER, "--size-class", "Large"),
        *("--wait", "40", "--listen", "tcp:0.0.0.0:8080"),
    ]
    assert container["resources"] == LARGE
    assert pod["serviceAccountName"] == WORKER_ACCOUNT
    assert pod["automountServiceAccountToken"] is False
