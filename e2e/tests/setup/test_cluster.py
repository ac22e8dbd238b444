from tradewinds_e2e.setup.cluster import (
    CLUSTER_PARTS,
    ETCD,
    JOURNEY_PARTS,
    KUBERNETES,
    KUBERNETES_NODE,
    PARTS,
)


def test_versions_are_those_that_the_modules_pin() -> None:
    assert (ETCD.version, KUBERNETES.version) == ("3.6.6", "1.35.4")


def test_binaries_are_keyed_by_version_and_content() -> None:
    names = [part.folder.name for part in PARTS]
    assert [name.rsplit("-", 1)[0] for name in names[:2]] == ["etcd-3.6.6", "kubernetes-1.35.4"]
    assert all(len(name.rsplit("-", 1)[1]) == 12 for name in names)


def test_parts_of_one_module_share_its_version_and_nothing_else() -> None:
    assert KUBERNETES_NODE.version == KUBERNETES.version
    assert KUBERNETES_NODE.folder.name.rsplit("-", 1)[1] not in KUBERNETES.folder.name


def test_every_part_names_a_module_with_a_version() -> None:
    parts = (*PARTS, *CLUSTER_PARTS, *JOURNEY_PARTS)
    assert {part.folder.name.rsplit("-", 1)[0] for part in parts} == {
        "etcd-3.6.6",
        "kubernetes-1.35.4",
        "argocd-3.2.0",
        "coredns-1.14.7",
        "helm-4.3.1",
        "helm3-3.22.0",
        "keda-2.21.0",
        "kubernetes-node-1.35.4",
        "kwok-0.8.0",
        "local-path-provisioner-0.0.30",
    }
