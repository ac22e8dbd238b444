"""The gateway of an account: one pod, with a volume for what its ledger has not seen yet.

The volume outlives the StatefulSet (`Retain`): it holds the head of the ledger that was seen last,
and what was done while the ledger was away, so losing it with a StatefulSet that somebody deletes
would lose the proof. Its files are named by the account's uid: an account that is made anew under
an old name has another ledger. Parallel, since a pod that never gets ready must not hold up the one
that would mend it.
"""

from collections.abc import Mapping
from typing import Any, Final

from tradewinds_crds.names import (
    ANNOTATION_GENERATION,
    DESK_PORT,
    GATEWAY_ACCOUNT,
    PORT,
    Kind,
    child_name,
)
from tradewinds_operator import pods
from tradewinds_operator.children import child, labels, selector
from tradewinds_operator.settings import Settings
from tradewinds_operator.specs import generation_of
from tradewinds_operator.world import Resource

KEYS_FOLDER: Final = "/etc/tradewinds/keys"


def statefulset(
    settings: Settings, account: Resource, spec_map: str, observed: Resource | None
) -> dict[str, Any]:
    """Return the StatefulSet; `observed` is the one that stands, whose volume cannot change."""
    generation = str(generation_of(account))
    template = {
        "metadata": {"labels": labels(account), "annotations": {ANNOTATION_GENERATION: generation}},
        "spec": _pod(settings, account, spec_map),
    }
    spec = {
        "replicas": 1,
        "podManagementPolicy": "Parallel",
        "revisionHistoryLimit": 2,
        "selector": {"matchLabels": selector(account)},
        "template": template,
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "volumeClaimTemplates": [_claim(settings, account, observed)],
    }
    name = child_name(Kind.EXCHANGE_ACCOUNT, account["metadata"]["name"])
    return child(account, "apps/v1", "StatefulSet", name, {"spec": spec})


def _pod(settings: Settings, account: Resource, spec_map: str) -> dict[str, Any]:
    keys = account["spec"].get("credentialsSecretRef")
    store = settings.gateway_store
    mounts = [
        pods.spec_mount(),
        {"name": "data", "mountPath": pods.DATA_FOLDER},
        *pods.store_mount(store),
        *([{"name": "keys", "mountPath": KEYS_FOLDER, "readOnly": True}] if keys else []),
    ]
    volumes = [
        pods.spec_volume(spec_map),
        *pods.store_volume(store),
        *([_keys_volume(keys)] if keys else []),
    ]
    main = pods.container(settings, "gateway", _arguments(settings, account), mounts=mounts)
    main["ports"].append({"name": "desk", "containerPort": DESK_PORT, "protocol": "TCP"})
    return pods.pod_spec(settings, GATEWAY_ACCOUNT, main, volumes, kubernetes=True)


def _arguments(settings: Settings, account: Resource) -> list[str]:
    return [
        "gateway",
        "--spec",
        pods.SPEC_FILE,
        "--kubernetes",
        "--store",
        pods.store_url(settings.gateway_store),
        "--listen",
        f"tcp:0.0.0.0:{PORT}",
        "--desk",
        f"tcp:0.0.0.0:{DESK_PORT}",
        "--head",
        f"{pods.DATA_FOLDER}/head-{account['metadata']['uid']}.json",
    ]


def _keys_volume(keys: Mapping[str, str]) -> dict[str, Any]:
    named = {"apiKey": "apiKey", "secret": "secret", "password": keys.get("password")}
    items = [
        {"key": keys.get(path) or default, "path": path}
        for path, default in named.items()
        if default
    ]
    secret = {"secretName": keys["name"], "items": items, "defaultMode": 0o440}
    return {"name": "keys", "secret": secret}


def _claim(settings: Settings, account: Resource, observed: Resource | None) -> dict[str, Any]:
    size, storage_class = settings.gateway_volume, settings.storage_class
    if observed is not None:
        stands = observed["spec"]["volumeClaimTemplates"][0]["spec"]
        size = stands["resources"]["requests"]["storage"]
        storage_class = stands.get("storageClassName")
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
    }
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    return {"metadata": {"name": "data", "labels": selector(account)}, "spec": spec}
