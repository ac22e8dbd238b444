"""Canonical objects and how they are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tradewinds.process.exits import InputError
from tradewinds.process.objects import read_object


def body(**changes: Any) -> dict[str, Any]:
    return {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": "Strategy",
        "metadata": {"name": "btc-trend", "uid": "u1", "generation": 3, "labels": {"desk": "a"}},
        "spec": {"timeframe": "1h"},
        **changes,
    }


def written(folder: Path, value: Any) -> Path:
    path = folder / "object.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_object_keeps_identity_spec_and_extra_keys(tmp_path: Path) -> None:
    found = read_object(written(tmp_path, body(bars="unix:/x.sock")), "Strategy")
    assert (found.name, found.namespace, found.uid, found.generation) == (
        "btc-trend",
        "default",
        "u1",
        3,
    )
    assert found.spec == {"timeframe": "1h"}
    assert found.extra == {"bars": "unix:/x.sock"}
    assert found.labels == {"desk": "a"}


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_object(tmp_path / "none.json")


def test_yaml_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not YAML"):
        read_object(written(tmp_path, "kind: Strategy\n"))


def test_other_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kind was 'Strategy', expected 'MarketFeed'"):
        read_object(written(tmp_path, body()), "MarketFeed")


@pytest.mark.parametrize("value", [[], 7, body(metadata={"name": "x"}), {"kind": "Strategy"}])
def test_json_that_is_no_object_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(InputError, match="not a canonical object"):
        read_object(written(tmp_path, value))
