"""What every child has: labels by which it is found, and an owner with which it goes."""

from collections.abc import Mapping
from typing import Any, Final

from tradewinds_crds.names import (
    API_VERSION,
    LABEL_ACCOUNT,
    LABEL_BACKTEST,
    LABEL_COMPONENT,
    LABEL_FEED,
    LABEL_MANAGED_BY,
    LABEL_PART_OF,
    LABEL_STRATEGY,
    PART_OF,
    Kind,
)
from tradewinds_operator.world import Resource

MANAGER: Final = "tradewinds-operator"  # of fields, and of everything with this label
_KIND_LABELS: Final = {
    Kind.STRATEGY: LABEL_STRATEGY,
    Kind.EXCHANGE_ACCOUNT: LABEL_ACCOUNT,
    Kind.MARKET_FEED: LABEL_FEED,
    Kind.BACKTEST: LABEL_BACKTEST,
}
_COMPONENTS: Final = {
    Kind.STRATEGY: "bot",
    Kind.EXCHANGE_ACCOUNT: "gateway",
    Kind.MARKET_FEED: "collector",
    Kind.BACKTEST: "worker",
}


def selector(owner: Resource) -> dict[str, str]:
    """Return the labels that pods of this owner have, and no other pods."""
    kind = Kind(owner["kind"])
    return {LABEL_COMPONENT: _COMPONENTS[kind], _KIND_LABELS[kind]: owner["metadata"]["name"]}


def labels(owner: Resource) -> dict[str, str]:
    """Return all labels of a child."""
    return {**selector(owner), LABEL_MANAGED_BY: MANAGER, LABEL_PART_OF: PART_OF}


def was_created(fields: Mapping[str, Any]) -> bool:
    """Tell whether an entry of `managedFields` is of an object's creation by us."""
    who = (fields.get("manager"), fields.get("operation"), fields.get("subresource", ""))
    return who == (MANAGER, "Update", "")


def child(
    owner: Resource,
    api_version: str,
    kind: str,
    name: str,
    content: Mapping[str, Any],
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a child beside its owner; `content` is all but its metadata (spec, data)."""
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "labels": labels(owner),
        "ownerReferences": [_reference(owner)],
    }
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _reference(owner: Resource) -> dict[str, Any]:
    return {
        "apiVersion": API_VERSION,
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        # A foreground deletion takes all children at once, whatever finalizers stand. A gateway
        # is made again while Strategies use its account; were it to block, it would go again.
        "blockOwnerDeletion": owner["kind"] != Kind.EXCHANGE_ACCOUNT,
    }
