"""Every pod of the chart is restricted, bounded and probed, and the API server thinks so, too."""

from typing import Any

import pytest
from rendered import VALUES, Helm, as_pod, pods, setting, values

from tradewinds_e2e.servers.kubernetes import ApiServer

CREATED, FORBIDDEN = 201, 403
ENDING = {"migrate", "passwords", "test"}  # run to an end: there is nothing to ask them
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
EVERYTHING = [*setting(tradingNamespaces='["a"]'), "--set", "redis.mode=Own,workers.mode=keda"]


@pytest.fixture(scope="module")
def templates(helm: Helm) -> list[tuple[str, str, dict[str, Any]]]:
    return list(pods(helm.template(*EVERYTHING)))


@pytest.fixture(scope="module")
def restricted(kubernetes: ApiServer) -> str:
    kubernetes.namespace("restricted")
    label = "pod-security.kubernetes.io/enforce=restricted"
    kubernetes.kubectl("label", "namespace", "restricted", label)
    return "/api/v1/namespaces/restricted"


def test_all_that_makes_pods_is_looked_at(templates: list[tuple[str, str, Any]]) -> None:
    kinds = sorted(kind for kind, _, _ in templates)
    assert kinds == ["Deployment", "Job", "Job", "Pod", *["ScaledJob"] * 3, *["StatefulSet"] * 2]


def test_every_container_has_requests_and_a_limit_of_memory(
    templates: list[tuple[str, str, Any]],
) -> None:
    for _, name, template in templates:
        for container in template["spec"]["containers"]:
            resources = container["resources"]
            assert {"cpu", "memory"} <= set(resources["requests"]), name
            assert "memory" in resources["limits"], name


def test_every_container_that_stays_has_three_probes(templates: list[tuple[str, str, Any]]) -> None:
    for _, name, template in templates:
        for container in template["spec"]["containers"]:
            if container["name"] not in ENDING:
                assert all(probe in container for probe in PROBES), name


def test_only_who_asks_the_api_server_has_a_token(templates: list[tuple[str, str, Any]]) -> None:
    with_token = {
        template["spec"]["containers"][0]["name"]
        for _, _, template in templates
        if template["spec"]["automountServiceAccountToken"]
    }
    assert with_token == {"operator", "passwords", "test"}


@pytest.mark.parametrize("name", VALUES)
def test_api_server_takes_each_pod_where_restricted_is_enforced(
    helm: Helm, kubernetes: ApiServer, restricted: str, name: str
) -> None:
    for account in (
        "tradewinds-operator",
        "tradewinds-worker",
        "tradewinds-passwords",
        "tradewinds-test",
        "default",
    ):
        kubernetes.call("POST", f"{restricted}/serviceaccounts", {"metadata": {"name": account}})
    for kind, pod, template in pods(helm.template(*values(name))):
        parts = template["spec"]["containers"]
        assert all(part["securityContext"]["readOnlyRootFilesystem"] for part in parts)
        url = f"{restricted}/pods?dryRun=All&fieldValidation=Strict"
        answer = kubernetes.call("POST", url, as_pod(pod, template))
        assert answer.status == CREATED, (kind, pod, answer.body["message"])


def test_pod_that_is_not_restricted_is_refused_there(
    kubernetes: ApiServer, restricted: str, templates: list[tuple[str, str, Any]]
) -> None:
    body = as_pod("root", templates[0][2])
    body["spec"]["securityContext"] = {**body["spec"]["securityContext"], "runAsUser": 0}
    answer = kubernetes.call("POST", f"{restricted}/pods?dryRun=All", body)
    assert answer.status == FORBIDDEN
    assert 'violates PodSecurity "restricted' in answer.body["message"]
