"""Writes a backtest's whole question as a folder of its own for `tradewinds backtest`."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from tradewinds.process.files import write_atomically
from tradewinds.up.objects import Object
from tradewinds_crds.canonical import canonical_json
from tradewinds_crds.names import API_VERSION
from tradewinds_crds.question import declared


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


def moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
