"""Every values file renders, says the same to Helm 3 and 4, and a mistake is refused by name."""

import json
from typing import Any

import pytest
from rendered import CHART, VALUES, Helm, of, pods, setting, values

from tradewinds_crds.names import BOT_ACCOUNT, GATEWAY_ACCOUNT, WORKER_ACCOUNT
from tradewinds_operator.backtest.job import job
from tradewinds_operator.settings import Settings, settings_from

CRDS = CHART.parents[1] / "crds"


def settings(objects: list[dict[str, Any]]) -> Settings:
    (found,) = of(objects, "ConfigMap", "tradewinds-operator")
    return settings_from(json.loads(found["data"]["settings.json"]), "the chart's settings")


@pytest.mark.parametrize("name", VALUES)
def test_values_file_passes_a_strict_lint(helm: Helm, name: str) -> None:
    done = helm.run("lint", "--strict", ".", *values(name))
    assert done.returncode == 0, done.stdout
    assert "[WARNING]" not in done.stdout


@pytest.mark.parametrize("name", VALUES)
def test_helm_3_renders_what_helm_4_does(helm: Helm, helm_3: Helm, name: str) -> None:
    assert helm_3.template(*values(name)) == helm.template(*values(name))


@pytest.mark.parametrize("name", VALUES)
def test_nothing_is_random_so_that_a_sync_has_no_drift(helm: Helm, name: str) -> None:
    assert helm.template(*values(name)) == helm.template(*values(name))


@pytest.mark.parametrize("name", VALUES)
def test_operator_understands_its_settings(helm: Helm, name: str) -> None:
    found = settings(helm.template(*values(name)))
    assert found.namespace == "tradewinds-system"
    assert found.gateway_store.dsn.startswith("postgresql://tradewinds_gateway@")
    assert found.collector_store.secret == "tradewinds-store-collector"  # noqa: S105 - a name
    assert set(found.resources) == {"bot", "gateway", "collector"}
    assert set(found.workers.resources) == {"Small", "Standard", "Large"}


def test_scope_decides_which_namespaces_are_looked_after(helm: Helm) -> None:
    own = setting(tradingNamespaces='["a", "b"]')
    assert settings(helm.template(*own)).namespaces == ()
    assert settings(helm.template(*own, "--set", "scope=Namespaced")).namespaces == ("a", "b")


def test_each_trading_namespace_has_the_accounts_of_its_pods(helm: Helm) -> None:
    objects = helm.template(*setting(tradingNamespaces='["a", "b"]'))
    accounts = {
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in of(objects, "ServiceAccount")
    }
    assert {(place, name) for place in "ab" for name in (BOT_ACCOUNT, GATEWAY_ACCOUNT)} <= accounts
    assert ("tradewinds-system", WORKER_ACCOUNT) in accounts


def test_other_settings_restart_the_operator(helm: Helm) -> None:
    def template(*options: str) -> Any:
        (found,) = of(helm.template(*options), "Deployment")
        return found["spec"]["template"]

    assert template() == template("--set", "operator.replicas=3")
    assert template() != template("--set", "pods.history=11")


def test_migration_is_another_job_only_when_it_does_something_else(helm: Helm) -> None:
    def name(*options: str) -> Any:
        found = [
            one
            for one in of(helm.template(*options), "Job")
            if "migrate" in one["metadata"]["name"]
        ]
        return found[0]["metadata"]["name"]

    assert name() == name("--set", "operator.replicas=3")
    assert (
        len(
            {
                name(),
                name("--set", "images.runtime.tag=v2"),
                name("--set", "store.passwordRevision=2"),
            }
        )
        == 3
    )


def test_size_classes_are_the_queues_own_words(helm: Helm) -> None:
    objects = helm.template("--set", "workers.mode=keda")
    sizes = {
        name: template["metadata"]["labels"]
        for kind, name, template in pods(objects)
        if kind == "ScaledJob"
    }
    assert sorted(sizes) == [
        "tradewinds-worker-large",
        "tradewinds-worker-small",
        "tradewinds-worker-standard",
    ]
    for one in of(objects, "ScaledJob"):
        size = one["metadata"]["labels"]["tradewinds.dev/size-class"]
        assert f"size_class = '{size}'" in one["spec"]["triggers"][0]["metadata"]["query"]


@pytest.mark.parametrize("mode", ["jobs", "keda"])
def test_workers_share_a_claim_for_what_they_compile(helm: Helm, mode: str) -> None:
    objects = helm.template("--set", f"workers.mode={mode},workers.cacheClaim=kernels")
    found = settings(objects)
    made = [one["spec"]["jobTargetRef"] for one in of(objects, "ScaledJob")]
    made = made or [job(found, "uid-1", "Small", 1)["spec"]]
    for one in made:
        pod = one["template"]["spec"]
        (worker,) = pod["containers"]
        claim = {"name": "cache", "persistentVolumeClaim": {"claimName": "kernels"}}
        assert {"name": "TRADEWINDS_CACHE", "value": "/cache"} in worker["env"]
        assert {"name": "cache", "mountPath": "/cache"} in worker["volumeMounts"]
        assert claim in pod["volumes"]


def test_definitions_are_those_of_the_contract_and_are_kept(helm: Helm) -> None:
    ours = {path.name: path.read_text() for path in CRDS.glob("*.yaml")}
    assert {path.name: path.read_text() for path in (CHART / "files" / "crds").iterdir()} == ours
    rendered = of(helm.template(), "CustomResourceDefinition")
    assert len(rendered) == len(ours) == 5
    for one in rendered:
        assert one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert not of(helm.template("--set", "crds.install=false"), "CustomResourceDefinition")


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (["--set", "opeator.replicas=3"], "additional properties 'opeator' not allowed"),
        (["--set", "workers.mode=Keda"], "/workers/mode"),
        (["--set", "scope=Namespaced"], "/tradingNamespaces"),
        (["--set", "store.mode=External"], "/store/host"),
        (["--set", "pods.resources.bots.limits.cpu=1"], "additional properties 'bots' not allowed"),
        (["--set", "store.own.storage=much"], "/store/own/storage"),
        (["--set", "tradingNamespaces={Trading}"], "/tradingNamespaces/0"),
    ],
)
def test_mistake_in_values_is_refused_by_name(helm: Helm, mistake: list[str], words: str) -> None:
    done = helm.run("template", "tw", ".", *mistake)
    assert done.returncode == 1
    assert words in done.stderr


def test_given_passwords_need_no_job_and_are_listed(helm: Helm) -> None:
    given = ["--set", "store.secrets=Given", *setting(tradingNamespaces='["a"]')]
    assert not of(helm.template(*given), "Job", "tradewinds-passwords")
    notes = helm.run("install", "tw", ".", "--dry-run=client", "--namespace", "home", *given).stdout
    for secret in (
        "a/tradewinds-store-gateway",
        "home/tradewinds-store-api",
        "home/tradewinds-store-owner",
    ):
        assert f"  {secret}\n" in notes
