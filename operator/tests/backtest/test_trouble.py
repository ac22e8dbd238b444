"""What a task that waits says of workers that do not come."""

from typing import Any

import pytest
import scenery
from backtest_scenes import CLUSTER, message, row, said, status_after, whole, with_row
from scenery import LONG_AGO, SETTINGS

from tradewinds_operator.backtest.job import job

FULL = {"type": "PodScheduled", "status": "False", "lastTransitionTime": LONG_AGO}


def worker(number: int, phase: str = "Pending", size: str = "Standard", **status: Any) -> Any:
    made = job(SETTINGS, CLUSTER, size, number)
    metadata = {
        **made["metadata"],
        "name": f"worker-{number}-x7k2p",
        "uid": f"uid-{number}",
        "creationTimestamp": f"2026-01-01T10:0{number}:00Z",
    }
    spec = {"nodeName": "n1", "containers": [{"image": SETTINGS.image}]}
    status = {"phase": phase, "startTime": LONG_AGO, **status}
    return {"kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def ended(code: int, text: str, **state: Any) -> dict[str, Any]:
    terminated = {"exitCode": code, "message": text, **state}
    return {"containerStatuses": [{"state": {"terminated": terminated}}]}


REFUSED = worker(1, "Failed", **ended(1, '{"message": "PostgreSQL db: it refused the password"}'))


@pytest.mark.parametrize(
    ("pods", "reason", "part"),
    [
        ([], "Queued", "it waits for a worker"),
        ([worker(1)], "Queued", ""),
        ([worker(1, **scenery.waiting("ImagePullBackOff", "not found"))], "ImagePullBackOff", ""),
        ([REFUSED], "Crashing", "a worker ended with exit code 1: PostgreSQL db: it refused"),
        ([REFUSED, worker(2)], "Crashing", "no worker of size Standard comes for it"),
        ([REFUSED, worker(2, "Succeeded")], "Queued", ""),
        ([REFUSED, worker(2, **scenery.ready())], "Queued", ""),
        ([worker(1, "Failed", **ended(137, "", reason="OOMKilled"))], "OutOfMemory", "memory"),
        ([worker(1, conditions=[FULL])], "Unschedulable", "no node takes a worker"),
        ([worker(1, "Failed", reason="Evicted", message="disk")], "Evicted", "disk"),
        ([worker(1, "Failed", "Large", **ended(1, ""))], "Queued", ""),
    ],
)
def test_task_that_waits_says_why_no_worker_comes(pods: list[Any], reason: str, part: str) -> None:
    status = status_after(with_row(whole(*pods), row()))
    assert said(status)["Complete"] == ("False", reason)
    assert said(status)["Failed"][0] == "False"
    assert said(status)["Stalled"][0] == str(reason != "Queued")
    assert part in message(status)
    assert "x7k2p" not in message(status)


def test_task_that_runs_has_no_trouble() -> None:
    assert said(status_after(with_row(whole(REFUSED), row("running"))))["Complete"][1] == "Running"
