import json
from pathlib import Path

import pytest

from tradewinds.up.folder import LockedError, StateFolder
from tradewinds.up.objects import Key, ObjectsFolder
from tradewinds.up.scan import Scanner

PYTHON = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: own}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  python: {module: own_class, class: Own}
"""


def test_second_up_on_a_folder_is_refused_and_the_first_is_named(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.prepare()
    with folder.lock(), pytest.raises(LockedError, match=r"another `tradewinds up` \(process \d+"):
        folder.lock()
    folder.lock().close()


def test_socket_paths_are_short_however_deep_the_folder_is(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
    assert len(str(StateFolder(deep).socket("gateway/paper"))) < 100


def test_tokens_and_cluster_are_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    path = folder.token("u1")
    assert path.read_text() == folder.token("u1").read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert folder.cluster() == StateFolder(tmp_path).cluster()


def test_objects_outlive_the_process(tmp_path: Path) -> None:
    first = ObjectsFolder(tmp_path)
    first.put({"kind": "Strategy", "metadata": {"name": "trend", "uid": "u1"}, "spec": {}})
    again = ObjectsFolder(tmp_path)
    assert again.all()[Key("Strategy", "trend")]["metadata"]["uid"] == "u1"
    again.remove(Key("Strategy", "trend"))
    assert ObjectsFolder(tmp_path).all() == {}
    first.mark_complete()
    assert (tmp_path / "complete").exists()


MANIFEST = """
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec:
  exchange: binance
  environment: Paper
"""


def test_scan_reads_what_changed_and_keeps_what_is_broken_apart(tmp_path: Path) -> None:
    scanner = Scanner(tmp_path)
    (tmp_path / "account.yaml").write_text(MANIFEST)
    assert scanner.changed()
    assert [one.name for one in scanner.scan().declared] == ["paper"]
    assert not scanner.changed()
    (tmp_path / "account.yaml").write_text(MANIFEST.replace("Paper", "Papre"))
    scan = scanner.scan()
    assert scan.unreadable == {"account.yaml"}
    assert "Papre" in scan.problems[0]


def test_scan_reads_the_module_beside_a_manifest_and_sees_its_edits(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(PYTHON)
    module = tmp_path / "own_class.py"
    module.write_text("A = 1")
    scanner = Scanner(tmp_path)
    key = Key("Strategy", "own")
    assert scanner.scan().modules == {key: {"own_class.py": "A = 1"}}
    assert not scanner.changed()
    module.write_text("A = 12")
    assert scanner.changed()
    assert scanner.scan().modules == {key: {"own_class.py": "A = 12"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [("class Own(", "own_class.py:1:"), (None, "Put own_class.py beside the manifest")],
)
def test_module_that_cannot_be_read_leaves_its_object_as_it_was(
    tmp_path: Path, text: str | None, words: str
) -> None:
    (tmp_path / "own.yaml").write_text(PYTHON)
    if text:
        (tmp_path / "own_class.py").write_text(text)
    scan = Scanner(tmp_path).scan()
    assert scan.declared == ()
    assert scan.unreadable == {"own.yaml"}
    (problem,) = scan.problems
    assert problem.startswith("strategy/own: ")
    assert words in problem


def test_scan_leaves_hidden_folders_alone(tmp_path: Path) -> None:
    hidden = tmp_path / ".tradewinds" / "parity"
    hidden.mkdir(parents=True)
    (hidden / "a.yaml").write_text(json.dumps({"kind": "nothing"}))
    assert Scanner(tmp_path).scan().declared == ()
    assert Scanner(tmp_path).scan().problems == ()
