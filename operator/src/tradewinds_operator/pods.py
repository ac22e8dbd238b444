"""The parts that all our pods have: restricted, read-only, probed, and how they are placed."""

from collections.abc import Mapping
from typing import Any, Final

from tradewinds_crds.names import PORT
from tradewinds_operator.settings import Settings, StoreAccess

SPEC_FOLDER: Final = "/etc/tradewinds/spec"
SPEC_FILE: Final = f"{SPEC_FOLDER}/object.json"
TOKEN_FOLDER: Final = "/var/run/secrets/tradewinds"  # noqa: S105 - a folder
MODULES_FOLDER: Final = "/etc/tradewinds/modules"
STORE_FOLDER: Final = "/etc/tradewinds/store"
DATA_FOLDER: Final = "/var/lib/tradewinds"


def container(
    settings: Settings,
    component: str,
    arguments: list[str],
    *,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
    mounts: list[dict[str, Any]] | None = None,
    environment: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the container of a verb, with three probes on its port."""
    return {
        "name": component,
        "image": image or settings.image,
        "imagePullPolicy": settings.pull_policy,
        "args": arguments,
        "env": environment or [],
        "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
        "resources": resources or settings.resources.get(component, {}),
        "terminationMessagePolicy": "FallbackToLogsOnError",  # why it ended, read by `endings`
        "startupProbe": _probe("/healthz", period=1, failures=60),
        "livenessProbe": _probe("/healthz", period=10, failures=3),
        "readinessProbe": _probe("/readyz", period=2, failures=2),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, *(mounts or [])],  # noqa: S108
    }


def pod_spec(
    settings: Settings,
    account: str,
    main: Mapping[str, Any],
    volumes: list[dict[str, Any]] | None = None,
    *,
    kubernetes: bool = False,
    grace: int = 30,
) -> dict[str, Any]:
    """Return a pod's spec; `kubernetes` mounts the ServiceAccount's own token."""
    spec: dict[str, Any] = {
        "serviceAccountName": account,
        "automountServiceAccountToken": kubernetes,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [main],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}, *(volumes or [])],
    }
    if settings.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in settings.pull_secrets]
    if settings.node_selector:
        spec["nodeSelector"] = dict(settings.node_selector)
    if settings.tolerations:
        spec["tolerations"] = [dict(one) for one in settings.tolerations]
    return spec


def store_url(store: StoreAccess) -> str:
    """Return the DSN as a pod gets it: its password is a file."""
    if not store.secret:
        return store.dsn
    mark = "&" if "?" in store.dsn else "?"
    return f"{store.dsn}{mark}password_file={STORE_FOLDER}/password"


def store_volume(store: StoreAccess) -> list[dict[str, Any]]:
    """Return the volume with the store's password; none when the DSN needs no password."""
    if not store.secret:
        return []
    items = [{"key": store.key, "path": "password"}]
    secret = {"secretName": store.secret, "items": items, "defaultMode": 0o440}
    return [{"name": "store", "secret": secret}]


def store_mount(store: StoreAccess) -> list[dict[str, Any]]:
    """Return where that volume is mounted."""
    return [_mount("store", STORE_FOLDER)] if store.secret else []


def spec_volume(config_map: str) -> dict[str, Any]:
    """Return the volume that holds the resource as canonical JSON."""
    return {"name": "spec", "configMap": {"name": config_map}}


def spec_mount() -> dict[str, Any]:
    return _mount("spec", SPEC_FOLDER)


def _mount(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "mountPath": path, "readOnly": True}


def _probe(path: str, *, period: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period,
        "failureThreshold": failures,
        "timeoutSeconds": 5,
    }
