"""A release comes and goes; the definitions, and what people wrote, stay."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from rendered import CHART, Helm

from tradewinds_crds.names import KINDS
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers.kubernetes import ApiServer, running

HOME = "release-home"
OBJECT = """
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: kept, namespace: release-home}
spec: {exchange: binance, environment: Paper}
"""
CRDS = [names.crd for names in KINDS.values()]
ESTABLISHED = ("wait", "--for=condition=Established", "--timeout=30s", "crd", *CRDS)
Release = Callable[..., str]


@pytest.fixture
def server() -> Iterator[ApiServer]:
    """Lend an API server of this test's own, which has none of our definitions yet."""
    try:
        with running() as started:
            started.namespace(HOME)
            yield started
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def release(helm: Helm, server: ApiServer) -> Release:
    def run(verb: str, *words: str) -> str:
        # Hooks make pods, and no node runs here.
        command = [str(helm.program), verb, "tw", *words, "--namespace", HOME, "--no-hooks"]
        environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_definitions_and_objects_outlive_upgrade_and_uninstall(
    release: Release, server: ApiServer, older: Path
) -> None:
    release("install", str(older))
    server.kubectl(*ESTABLISHED)
    server.kubectl("apply", "-f", "-", stdin=OBJECT)
    assert "paper" not in schema_of_accounts(server)
    release("upgrade", str(CHART), "--set", "operator.replicas=3")
    assert "paper" in schema_of_accounts(server)
    assert "uninstalled" in release("uninstall")
    assert server.kubectl("get", "xa", "kept", "--namespace", HOME, "--output", "name")
    assert not server.kubectl("get", "deployments", "--namespace", HOME, "--output", "name")
    release("install", str(CHART))  # and takes its definitions back
    assert server.kubectl("get", "xa", "kept", "--namespace", HOME, "--output", "name")
    release("uninstall")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return the chart as of before accounts had `paper`."""
    chart = tmp_path / "tradewinds"
    shutil.copytree(CHART, chart)
    file = chart / "files" / "crds" / "tradewinds.dev_exchangeaccounts.yaml"
    definition = yaml.safe_load(file.read_text())
    spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    del spec["properties"]["paper"]
    spec.pop("x-kubernetes-validations", None)
    file.write_text(yaml.safe_dump(definition))
    return chart


def schema_of_accounts(server: ApiServer) -> str:
    path = "{.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties}"
    crd = "exchangeaccounts.tradewinds.dev"
    return server.kubectl("get", "crd", crd, "--output", f"jsonpath={path}")
