from pathlib import Path

import pytest

from tradewinds_e2e.cluster.access import Cluster, connect
from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.errors import Unavailable


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("TRADEWINDS_CLUSTER", str(tmp_path / "run"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return Layout(tmp_path / "run")


def test_without_a_cluster_the_command_is_named(layout: Layout) -> None:
    with pytest.raises(Unavailable, match="no cluster runs: run `make cluster`"):
        connect()


def test_kubeconfig_of_another_cluster_is_taken_and_its_parts_are_not_ours(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "theirs"))
    cluster = connect()
    assert cluster == Cluster(tmp_path / "theirs")
    with pytest.raises(Unavailable, match="run `make cluster`"):
        cluster.stop_part("kubelet")


def test_own_kubeconfig_in_the_environment_means_the_own_cluster(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout.make()
    layout.ready.touch()
    monkeypatch.setenv("KUBECONFIG", str(layout.kubeconfig))
    assert connect() == Cluster(layout.kubeconfig, layout)
