"""The collector of a feed: one pod without a volume, since all that it has lies in the store.

A replay is paced by the gateways of its namespace that trade the same exchange; another set of them
is another command line, so it starts again, where its followers are.
"""

from typing import Any

from tradewinds_crds.names import (
    ANNOTATION_GENERATION,
    BOT_ACCOUNT,
    PORT,
    Kind,
    child_name,
    service_url,
)
from tradewinds_operator import pods
from tradewinds_operator.children import child, labels, selector
from tradewinds_operator.settings import Settings
from tradewinds_operator.world import Resource


def statefulset(
    settings: Settings, feed: Resource, spec_map: str, accounts: list[str]
) -> dict[str, Any]:
    """Return the StatefulSet; `accounts` are those whose gateways pace it."""
    generation = str(feed["metadata"]["generation"])
    store = settings.collector_store
    arguments = _arguments(settings, feed, accounts)
    mounts = [pods.spec_mount(), *pods.store_mount(store)]
    volumes = [pods.spec_volume(spec_map), *pods.store_volume(store)]
    main = pods.container(settings, "collector", arguments, mounts=mounts)
    spec = {
        "replicas": 1,
        "podManagementPolicy": "Parallel",
        "revisionHistoryLimit": 2,
        "selector": {"matchLabels": selector(feed)},
        "template": {
            "metadata": {
                "labels": labels(feed),
                "annotations": {ANNOTATION_GENERATION: generation},
            },
            "spec": pods.pod_spec(settings, BOT_ACCOUNT, main, volumes),
        },
        "updateStrategy": {"type": "RollingUpdate"},
    }
    name = child_name(Kind.MARKET_FEED, feed["metadata"]["name"])
    return child(feed, "apps/v1", "StatefulSet", name, {"spec": spec})


def _arguments(settings: Settings, feed: Resource, accounts: list[str]) -> list[str]:
    namespace = feed["metadata"]["namespace"]
    words = [
        "collect",
        "--spec",
        pods.SPEC_FILE,
        "--store",
        pods.store_url(settings.collector_store),
    ]
    for account in accounts:
        words += ["--gateway", service_url(Kind.EXCHANGE_ACCOUNT, namespace, account)]
    return [*words, "--listen", f"tcp:0.0.0.0:{PORT}"]
