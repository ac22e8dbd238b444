"""A whole operator with a small reconcile of its own, as a process that a test may kill.

A feed gets a finalizer, a ConfigMap that says its symbols, and a Service; a deleted one loses its
Service before it goes. `--die N before|after` ends the process at its Nth write, as `kill -9` does.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tradewinds_crds.names import READY, RECONCILING, STALLED, Kind
from tradewinds_operator import logs
from tradewinds_operator.actions import Action, Apply, Delete, Finalizer, SetStatus
from tradewinds_operator.children import child
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.conditions import condition
from tradewinds_operator.leader import Terms
from tradewinds_operator.run import Options, run
from tradewinds_operator.settings import Settings
from tradewinds_operator.world import Resource, World, ref_of, uid_of

FINALIZER = "tradewinds.dev/small"
TERMS = Terms(lasts=3.0, deadline=2.0, renew=0.5, retry=0.2)


def reconcile(world: World, feed: Resource) -> list[Action]:
    ref, name = ref_of(feed), feed["metadata"]["name"]
    services = list(world.owned("Service", feed))
    if "deletionTimestamp" in feed["metadata"]:
        gone: list[Action] = [Delete(ref_of(one), uid_of(one)) for one in services]
        return [*gone, Finalizer(ref, FINALIZER, present=False)]
    words = {"symbols": ",".join(feed["spec"]["symbols"])}
    made = bool(services)
    said = [
        condition(READY, made, "Made" if made else "Making", "all is there" if made else ""),
        condition(STALLED, holds=False, reason="NothingInTheWay"),
        condition(RECONCILING, not made, "Made" if made else "Making"),
    ]
    ports = [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}]
    return [
        Finalizer(ref, FINALIZER, present=True),
        Apply(child(feed, "v1", "ConfigMap", f"small-{name}", {"data": words})),
        Apply(child(feed, "v1", "Service", f"small-{name}", {"spec": {"ports": ports}})),
        SetStatus(ref, {"conditions": said}),
    ]


def die_at(number: int, when: str) -> None:
    """End this process at its Nth write, before it is sent or after it was answered."""
    call = Cluster._call
    count = 0

    async def counted(self: Cluster, method: str, path: str, *args: Any, **words: Any) -> Any:
        nonlocal count
        is_write = method != "GET" and "/leases" not in path
        count += is_write
        if is_write and count == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = await call(self, method, path, *args, **words)
        if is_write and count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    # The failpoint of a process of its own.
    Cluster._call = counted  # type: ignore[method-assign]


def main(words: Mapping[str, str]) -> None:
    logs.configure()
    if "die" in words:
        number, when = words["die"].split(",")
        die_at(int(number), when)
    settings = Settings(
        image="none",
        namespaces=tuple(words["namespaces"].split(",")) if "namespaces" in words else (),
        resync=float(words.get("resync", "600")),
        api_rate=500.0,
    )
    options = Options(
        settings,
        words["store"],
        ("127.0.0.1", int(words["port"])),
        Path(words["kubeconfig"]),
        reconcilers={Kind.MARKET_FEED: reconcile},
        url_of=lambda _: "http://127.0.0.1:1/nobody",
        terms=TERMS,
    )
    asyncio.run(run(options))


if __name__ == "__main__":
    main(dict(word.split("=", 1) for word in sys.argv[1:]))
