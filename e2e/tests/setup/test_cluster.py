from tradewinds_e2e.setup.cluster import ETCD, KUBERNETES, PARTS


def test_versions_are_those_that_the_modules_pin() -> None:
    assert (ETCD.version, KUBERNETES.version) == ("3.6.6", "1.35.4")


def test_binaries_are_keyed_by_version_and_content() -> None:
    names = [part.folder.name for part in PARTS]
    assert [name.rsplit("-", 1)[0] for name in names] == ["etcd-3.6.6", "kubernetes-1.35.4"]
    assert all(len(name.rsplit("-", 1)[1]) == 12 for name in names)
