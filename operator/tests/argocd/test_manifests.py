"""The Applications and the gate: they name what there is, and the gate asks about the edit."""

from typing import Any

import yaml
from argocd_scripts import ROOT

from tradewinds_crds.manifests import canonical_spec, load_file
from tradewinds_crds.names import GROUP, KINDS, Kind
from tradewinds_e2e.servers.kubernetes import ApiServer

APPLICATIONS = [
    document
    for path in sorted(ROOT.glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text())
    if document["kind"] == "Application"
]


def test_every_kind_has_a_health(customizations: dict[str, str]) -> None:
    for kind in Kind:
        assert f"resource.customizations.health.{GROUP}_{kind}" in customizations


def test_applications_lead_to_folders_and_values_that_are_there() -> None:
    root = ROOT.parents[1]
    assert {one["metadata"]["name"] for one in APPLICATIONS} == {"tradewinds", "first-bot", "gated"}
    for one in APPLICATIONS:
        source = one["spec"]["source"]
        folder = root / source["path"]
        assert folder.is_dir()
        for file in source.get("helm", {}).get("valueFiles", []):
            assert (folder / file).is_file()


def test_nothing_hides_a_drift() -> None:
    assert all("ignoreDifferences" not in one["spec"] for one in APPLICATIONS)


def test_gate_asks_about_the_edit_itself(kubernetes: ApiServer) -> None:
    text = kubernetes.kubectl("kustomize", str(ROOT / "gated"))
    made: dict[str, dict[str, Any]] = {one["kind"]: one for one in yaml.safe_load_all(text)}
    gate, edit = made["Backtest"], made["Strategy"]
    assert gate["spec"]["strategy"] == edit["spec"]
    assert "strategyRef" not in gate["spec"]
    assert gate["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PreSync"
    (alone,) = load_file(ROOT / "gated" / "gate.yaml")
    same = {"period", "acceptance", "data"}
    taken = canonical_spec(Kind.BACKTEST, gate["spec"])
    assert {key: taken[key] for key in same} == {key: alone.spec[key] for key in same}
    kubernetes.kubectl("apply", "-f", str(ROOT.parents[1] / "crds"))
    kubernetes.kubectl("wait", "--for=condition=Established", f"crd/{KINDS[Kind.BACKTEST].crd}")
    kubernetes.kubectl("create", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump(gate))
