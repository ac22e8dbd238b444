"""The Job of a worker: it takes one task of its size, answers it and ends.

It is of no one Backtest: whichever worker is free takes the oldest task. So a Job that fails is not
a Backtest that fails; the row says who tries again and how often, and the Job never does.
"""

from typing import Any, Final

from tradewinds_crds.names import (
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    LABEL_PART_OF,
    LABEL_SIZE_CLASS,
    PART_OF,
    PORT,
    WORKER_ACCOUNT,
)
from tradewinds_operator import pods
from tradewinds_operator.children import MANAGER
from tradewinds_operator.settings import Settings

COMPONENT: Final = "worker"
KEEP_SECONDS: Final = 300  # an ended Job, for its log
CACHE: Final = "TRADEWINDS_CACHE"  # the runtime's word for the folder of compiled strategies
CACHE_FOLDER: Final = "/cache"
PATIENCE: Final = 40  # seconds, more than the lease of a task whose worker was killed


def job_name(size_class: str, number: int) -> str:
    return f"{COMPONENT}-{size_class.lower()}-{number}"


def labels(size_class: str) -> dict[str, str]:
    return {
        LABEL_COMPONENT: COMPONENT,
        LABEL_SIZE_CLASS: size_class,
        LABEL_MANAGED_BY: MANAGER,
        LABEL_PART_OF: PART_OF,
    }


def job(settings: Settings, cluster_uid: str, size_class: str, number: int) -> dict[str, Any]:
    """Return a Job in the operator's namespace; `number` tells it from others of its size."""
    metadata = {
        "name": job_name(size_class, number),
        "namespace": settings.namespace,
        "labels": labels(size_class),
    }
    spec = {
        "backoffLimit": 0,
        "ttlSecondsAfterFinished": KEEP_SECONDS,
        "template": {
            "metadata": {"labels": labels(size_class)},
            "spec": _pod(settings, cluster_uid, size_class),
        },
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _cache_environment(claim: str) -> list[dict[str, Any]]:
    """Return what tells a worker where compiled strategies are kept, for all of them."""
    return [{"name": CACHE, "value": CACHE_FOLDER}] if claim else []


def _cache_mount(claim: str) -> list[dict[str, Any]]:
    return [{"name": "cache", "mountPath": CACHE_FOLDER}] if claim else []


def _cache_volume(claim: str) -> list[dict[str, Any]]:
    if not claim:
        return []
    return [{"name": "cache", "persistentVolumeClaim": {"claimName": claim}}]


def _pod(settings: Settings, cluster_uid: str, size_class: str) -> dict[str, Any]:
    store, claim = settings.worker_store, settings.workers.cache_claim
    container = pods.container(
        settings,
        COMPONENT,
        [
            "work",
            *("--store", pods.store_url(store)),
            *("--cluster", cluster_uid),
            *("--size-class", size_class),
            *("--wait", str(PATIENCE)),
            *("--listen", f"tcp:0.0.0.0:{PORT}"),
        ],
        resources=settings.workers.resources.get(size_class),
        mounts=[*pods.store_mount(store), *_cache_mount(claim)],
        environment=_cache_environment(claim),
    )
    volumes = [*pods.store_volume(store), *_cache_volume(claim)]
    spec = pods.pod_spec(settings, WORKER_ACCOUNT, container, volumes)
    return {**spec, "restartPolicy": "Never"}
