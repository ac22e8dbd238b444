"""What an administrator decides once for all: images, the store's Secret, pods, workers.

The chart writes it as one JSON file; whatever is wrong in it ends the operator at its start with
the field's name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from tradewinds_crds.placement import DELETE_DEADLINE

Compute = Mapping[str, Mapping[str, str]]  # requests and limits, as a container has them

_TUPLES: Final = (
    "namespaces",
    "pull_secrets",
    "tolerations",
    "exchange_cidrs",
    "api_server_cidrs",
    "metrics_namespaces",
)


class SettingsError(Exception):
    """The settings cannot work; the message names file and field."""


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """How pods reach the store: a DSN without a password, and a Secret's key that holds it.

    `dsn` may name no password; `secret` is mounted at /etc/tradewinds/store/password and the DSN
    handed to a pod gets `password_file=` for it. The Secret lies in the namespace of the pod.
    """

    dsn: str
    secret: str
    key: str = "password"


@dataclass(frozen=True, slots=True)
class Workers:
    """Who answers backtests: KEDA's ScaledJobs (the chart's), or Jobs of the operator's own."""

    mode: Literal["keda", "jobs", "none"] = "jobs"
    most: int = 4  # Jobs at once, of each size class
    resources: Mapping[str, Compute] = field(default_factory=dict)  # by size class
    cache_claim: str = ""  # a volume of all workers, where they keep what they compiled


@dataclass(frozen=True, slots=True)
class Settings:
    """See the chart's `values.yaml`, whose words these are."""

    image: str
    namespace: str = "tradewinds-system"  # the operator's own; workers run here
    namespaces: tuple[str, ...] = ()  # that are looked after; none named: all
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    pull_secrets: tuple[str, ...] = ()
    gateway_store: StoreAccess = StoreAccess("", "")
    collector_store: StoreAccess = StoreAccess("", "")
    worker_store: StoreAccess = StoreAccess("", "")
    resources: Mapping[str, Compute] = field(default_factory=dict)  # by component: bot, gateway …
    gateway_volume: str = "1Gi"
    storage_class: str | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, Any], ...] = ()
    network_policies: bool = True
    exchange_cidrs: tuple[str, ...] = ("0.0.0.0/0", "::/0")
    api_server_cidrs: tuple[str, ...] = ()  # where it lies, to and from gateways; see `networks`
    metrics_namespaces: tuple[str, ...] = ()  # from which /metrics of our pods are scraped
    delete_deadline: float = (
        DELETE_DEADLINE  # seconds that a deleted Strategy waits for its gateway
    )
    history: int = 10  # specs of a Strategy that are kept
    workers: Workers = Workers()
    resync: float = 600.0  # seconds between two complete looks at everything, which repair
    api_rate: float = 50.0  # requests a second to the API server
    concurrency: int = 32  # resources that are worked on at the same time


def read_settings(path: Path) -> Settings:
    """Read the file that the chart writes; SettingsError names what is wrong in it."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path}: was not JSON: {error}") from error
    return settings_from(body, str(path))


def settings_from(body: Mapping[str, Any], subject: str) -> Settings:
    """Return settings from camelCase JSON; SettingsError names an unknown or a missing field."""
    fields = _fields(Settings, body, subject)
    for name in ("gateway_store", "collector_store", "worker_store"):
        if name in fields:
            fields[name] = StoreAccess(**_fields(StoreAccess, fields[name], f"{subject}: {name}"))
    if "workers" in fields:
        fields["workers"] = Workers(**_fields(Workers, fields["workers"], f"{subject}: workers"))
    for name in _TUPLES:
        if name in fields:
            fields[name] = tuple(fields[name])
    try:
        return Settings(**fields)
    except TypeError as error:
        raise SettingsError(f"{subject}: {error}") from error


def _fields(model: type[Any], body: Mapping[str, Any], subject: str) -> dict[str, Any]:
    known = {_camel(name): name for name in model.__dataclass_fields__}
    unknown = sorted(set(body) - set(known))
    if unknown:
        expected = ", ".join(sorted(known))
        raise SettingsError(f"{subject}: unknown field {unknown[0]!r}, expected one of {expected}")
    return {known[name]: value for name, value in body.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
