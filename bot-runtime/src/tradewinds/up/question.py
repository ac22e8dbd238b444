"""Writes a backtest's whole question as a folder of its own for `tradewinds backtest`."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tradewinds.up.objects import Object, write_atomically
from tradewinds_crds.canonical import canonical_json
from tradewinds_crds.names import API_VERSION

DECLARED = ("apiVersion", "kind", "spec")


def write_question(folder: Path, strategy: Object, account: Object, start: int, end: int) -> Path:
    """Write a Strategy, its account and a Backtest over `start` to `end` (UTC milliseconds).

    The modules of a Python strategy lie beside the manifests. Returns the file to be asked.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for file, text in strategy.get("modules", {}).items():
        write_atomically(folder / file, text)
    name = strategy["metadata"]["name"]
    backtest = {
        "apiVersion": API_VERSION,
        "kind": "Backtest",
        "metadata": {"name": name},
        "spec": {
            "strategyRef": {"name": name},
            "period": {"from": moment(start), "to": moment(end)},
        },
    }
    documents = [declared(strategy), declared(account), backtest]
    path = folder / "question.yaml"
    write_atomically(path, "---\n".join(canonical_json(one) + "\n" for one in documents))
    return path


def declared(resource: Object) -> dict[str, Any]:
    """Return an object as its manifest would declare it."""
    return {
        **{name: resource[name] for name in DECLARED},
        "metadata": {"name": resource["metadata"]["name"]},
    }


def moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
