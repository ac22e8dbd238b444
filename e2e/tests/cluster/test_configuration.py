import json
import tomllib
from pathlib import Path

from tradewinds_e2e.cluster.configuration import audit_policy, cni, containerd, kubelet, storage
from tradewinds_e2e.cluster.layout import Layout

LAYOUT = Layout(Path("/somewhere/cluster"))


def test_audit_records_writes_and_nothing_else() -> None:
    first, last = audit_policy()["rules"]
    assert first["level"] == "Metadata"
    assert set(first["verbs"]) == {"create", "update", "patch", "delete", "deletecollection"}
    assert last == {"level": "None"}


def test_containerd_keeps_all_that_it_has_in_the_clusters_folder() -> None:
    content = tomllib.loads(containerd(LAYOUT, "/plugins"))
    cri = content["plugins"]["io.containerd.grpc.v1.cri"]
    places = [content["root"], content["state"], content["grpc"]["address"], cri["cni"]["conf_dir"]]
    places += [cri["containerd"]["runtimes"]["runc"]["options"]["Root"]]
    assert all(place.startswith("/somewhere/cluster/") for place in places)
    assert cri["cni"]["bin_dir"] == "/plugins"


def test_nothing_of_the_node_names_a_place_outside_the_clusters_folder() -> None:
    for content in (kubelet(LAYOUT), cni(LAYOUT), storage(LAYOUT)):
        paths = [word for word in json.dumps(content).split('"') if word.startswith("/")]
        assert paths
        assert all(path.startswith("/somewhere/cluster/") for path in paths)


def test_full_disk_evicts_nobody_and_removes_no_image() -> None:
    content = kubelet(LAYOUT)
    assert content["evictionHard"]["nodefs.available"] == "0%"
    assert content["imageGCHighThresholdPercent"] == 100
