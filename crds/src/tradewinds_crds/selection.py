"""Whom a TradingHalt selects: gateways that latch it and the operator that counts them agree here.

What a selector leaves out meets everybody; a name may be written alone or as namespace/name.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class Selectable(Protocol):
    """A Strategy as halts see it."""

    @property
    def name(self) -> str: ...

    @property
    def namespace(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def labels(self) -> Mapping[str, str]: ...


def selects(selector: Mapping[str, Any], strategy: Selectable) -> bool:
    """Whether a selector meets a Strategy."""
    labels = selector.get("matchLabels") or {}
    return (
        may_select(selector, strategy.namespace, strategy.account)
        and _names(selector.get("strategies"), strategy.name, strategy.namespace)
        and all(strategy.labels.get(name) == value for name, value in labels.items())
    )


def may_select(selector: Mapping[str, Any], namespace: str, account: str) -> bool:
    """Whether a selector can meet any Strategy of an account."""
    return _names(selector.get("namespaces"), namespace, namespace) and _names(
        selector.get("accounts"), account, namespace
    )


def narrows(selector: Mapping[str, Any]) -> bool:
    """Whether a selector picks among the Strategies of an account."""
    return bool(selector.get("strategies") or selector.get("matchLabels"))


def _names(names: list[str] | None, name: str, namespace: str) -> bool:
    return not names or name in names or f"{namespace}/{name}" in names
